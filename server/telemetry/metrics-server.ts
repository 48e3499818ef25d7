/**
 * Serves GET /metrics and GET /healthz on a port of its own, on loopback unless told otherwise, so that figures
 * can stay private while the service is public. It serves nothing else and knows nothing of jobs. main.ts starts
 * it first and stops it last: a draining server can still be watched.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface Health {
  /** False answers 503: send no new work here. */
  readonly ok: boolean;
  /** e.g. store: "up". */
  readonly checks: Readonly<Record<string, string>>;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
  health(): Health;
}

export interface MetricsServer {
  readonly port: number;
  /** Resolves when the port is free again; idle connections are closed, a running scrape may finish. */
  stop(): Promise<void>;
}

/** @throws the error of listen, e.g. EADDRINUSE */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    answer(options, request, response).catch(() => {
      if (!response.headersSent) send(response, 500, "text/plain", "the figures could not be read\n");
    });
  });
  const port = await listen(server, options);
  return {
    port,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, { host, port }: MetricsServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

async function answer(
  options: MetricsServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split("?", 1)[0];
  if (path !== "/metrics" && path !== "/healthz") return send(response, 404, "text/plain", "not found\n");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return send(response, 405, "text/plain", "only GET\n");
  }
  if (path === "/metrics") {
    const { contentType, body } = await options.scrape();
    return send(response, 200, contentType, body);
  }
  const health = options.health();
  const body = JSON.stringify({ status: health.ok ? "ok" : "unavailable", ...health.checks });
  return send(response, health.ok ? 200 : 503, "application/json", `${body}\n`);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(response.req.method === "HEAD" ? undefined : body);
}
