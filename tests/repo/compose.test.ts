/** docker-compose.yml and the Dockerfile, checked without an engine: what they name exists and the settings are valid. */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../../server/config.js";

const COMPOSE = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      build: z.string().optional(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).default({}),
      ports: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});

function compose(): z.output<typeof COMPOSE> {
  return COMPOSE.parse(parse(readFileSync("docker-compose.yml", "utf8"), { merge: true }));
}

describe("docker-compose.yml", () => {
  it("has Postgres, Redis, Qdrant and two servers, each with a health check", () => {
    const { services } = compose();
    const names = Object.keys(services);
    expect(names).to.have.members(["postgres", "redis", "qdrant", "migrate", "server-1", "server-2"]);
    for (const [name, { healthcheck }] of Object.entries(services)) {
      if (name === "migrate") expect(healthcheck.disable, "it ends by itself").to.equal(true);
      else expect(healthcheck.test?.[0], name).to.equal("CMD");
    }
  });

  it("waits only for services and conditions that exist, and declares the volumes it uses", () => {
    const { services, volumes } = compose();
    for (const { depends_on: needed, volumes: used } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needed)) {
        expect(services).to.have.property(name);
        const ends = services[name]?.healthcheck.disable === true;
        expect(condition).to.equal(ends ? "service_completed_successfully" : "service_healthy");
      }
      for (const mount of used) expect(volumes).to.have.property(mount.split(":")[0] ?? "");
    }
  });

  it("gives the servers settings that they accept, differing in nothing but their id", () => {
    const { services } = compose();
    const [one, two] = ["server-1", "server-2"].map((name) => services[name]?.environment ?? {});
    for (const environment of [one, two, services["migrate"]?.environment]) {
      const config = readConfig(environment ?? {});
      expect([config.mode, config.databaseUrl, config.redisUrl]).to.deep.equal([
        "servers",
        "postgres://muster:muster@postgres:5432/muster",
        "redis://redis:6379/0",
      ]);
    }
    expect({ ...one, MUSTER_SERVER_ID: "server-2" }).to.deep.equal(two);
    expect(one).to.have.property("MUSTER_SERVER_ID", "server-1");
  });

  it("keeps ready hints in Redis from being evicted, and on disk", () => {
    const command = compose().services["redis"]?.command?.join(" ");
    expect(command).to.contain("--maxmemory-policy noeviction").and.to.contain("--appendonly yes");
  });

  it("publishes every port on loopback only, and none twice", () => {
    const ports = Object.values(compose().services).flatMap((service) => service.ports);
    const published = ports.map((port) => /^127\.0\.0\.1:\$\{\w+:-(\d+)\}:\d+$/.exec(port)?.[1]);
    expect(published).to.have.length(7);
    expect(published, ports.join()).not.to.include(undefined);
    expect(new Set(published).size).to.equal(published.length);
  });
});

describe("Dockerfile", () => {
  it("builds in stages on the Node version we support and does not run as root", () => {
    const text = readFileSync("Dockerfile", "utf8");
    expect(text.match(/^FROM .+$/gm)).to.deep.equal(["FROM node:20-slim AS build", "FROM node:20-slim"]);
    expect(text).to.match(/^USER node$/m);
  });
});
