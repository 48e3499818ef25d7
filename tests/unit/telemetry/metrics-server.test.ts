/** The two pages of the metrics port, asked for over a real socket. */
import { connect } from "node:net";
import { expect } from "chai";
import {
  startMetricsServer,
  type Health,
  type MetricsServer,
} from "../../../server/telemetry/metrics-server.js";

describe("startMetricsServer", () => {
  let server: MetricsServer;
  let health: Health;
  let scrape: () => Promise<{ contentType: string; body: string }>;
  const get = (path: string, method = "GET") => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

  beforeEach(async () => {
    health = { ok: true, checks: { store: "up" } };
    scrape = () => Promise.resolve({ contentType: "text/plain; version=0.0.4", body: "a 1\n" });
    server = await startMetricsServer({
      host: "127.0.0.1",
      port: 0,
      scrape: () => scrape(),
      health: () => health,
    });
  });
  afterEach(() => server.stop());

  it("serves the figures as the scraper wants them", async () => {
    const response = await get("/metrics?x=1");
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.equal("text/plain; version=0.0.4");
    expect(await response.text()).to.equal("a 1\n");
  });

  it("says 200 or 503 for its health, with the parts", async () => {
    const well = await get("/healthz");
    expect(well.status).to.equal(200);
    expect(await well.json()).to.deep.equal({ status: "ok", store: "up" });
    health = { ok: false, checks: { store: "down" } };
    const ill = await get("/healthz");
    expect(ill.status).to.equal(503);
    expect(await ill.json()).to.deep.equal({ status: "unavailable", store: "down" });
  });

  it("serves nothing else", async () => {
    for (const path of ["/", "/metrics/", "/debug", "//metrics"])
      expect((await get(path)).status, path).to.equal(404);
    const response = await get("/metrics", "POST");
    expect(response.status).to.equal(405);
    expect(response.headers.get("allow")).to.equal("GET, HEAD");
  });

  it("answers HEAD without a body", async () => {
    const response = await get("/healthz", "HEAD");
    expect(response.status).to.equal(200);
    expect(await response.text()).to.equal("");
  });

  it("answers 500 when the figures cannot be read, and lives on", async () => {
    scrape = () => Promise.reject(new Error("broken"));
    expect((await get("/metrics")).status).to.equal(500);
    expect((await get("/healthz")).status).to.equal(200);
  });

  it("frees its port when stopped, although a client keeps its connection open", async () => {
    const { port } = server;
    await (await get("/healthz")).text();
    await server.stop();
    const refused = await new Promise((resolve) => {
      connect(port, "127.0.0.1").on("error", resolve).on("connect", resolve);
    });
    expect(refused).to.have.property("code", "ECONNREFUSED");
    server = await startMetricsServer({ host: "127.0.0.1", port, scrape, health: () => health });
    expect(server.port).to.equal(port);
  });

  it("rejects when the port is taken", async () => {
    const second = startMetricsServer({ host: "127.0.0.1", port: server.port, scrape, health: () => health });
    const error = await second.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("code", "EADDRINUSE");
  });
});
