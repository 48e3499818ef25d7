# The Muster server and its command line. Builds with everything, ships with what runs.
FROM node:20-slim AS build
WORKDIR /muster
COPY . .
# `prepare` builds.
RUN npm ci --no-progress

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /muster
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-progress && npm cache clean --force
COPY --from=build /muster/dist/proto dist/proto
COPY --from=build /muster/dist/server dist/server
COPY --from=build /muster/dist/worker-sdk dist/worker-sdk
COPY proto proto
USER node
EXPOSE 7878 7879
HEALTHCHECK --interval=5s --timeout=6s --start-period=20s CMD ["node", "dist/server/cli/main.js", "health"]
ENTRYPOINT ["node", "dist/server/cli/main.js"]
CMD ["serve"]
