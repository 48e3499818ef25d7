/** Answers that break off without a status, from an HTTP/2 server that knows nothing of gRPC. */
import { expect } from "chai";
import { once } from "node:events";
import { constants, createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { Client } from "../../../worker-sdk/typescript/index.js";
import { failureOf } from "./failure-of.js";

const { NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR, NGHTTP2_PROTOCOL_ERROR } = constants;

describe("a call whose answer breaks off without a status", () => {
  let server: Http2Server;
  let client: Client;
  let calls: number;
  let code: number;

  beforeEach(async () => {
    calls = 0;
    server = createServer();
    server.on("stream", (stream) => {
      calls++;
      stream.on("error", () => undefined);
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.close(code);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    client = new Client({ address: `127.0.0.1:${port}`, deadlineMs: 1_500 });
  });

  afterEach(async () => {
    client.close();
    server.close();
    await once(server, "close");
  });

  for (const [name, number] of Object.entries({
    NGHTTP2_NO_ERROR,
    NGHTTP2_INTERNAL_ERROR,
    NGHTTP2_PROTOCOL_ERROR,
  })) {
    it(`is a lost connection, and is made again where that is safe: ${name}`, async () => {
      code = number;
      const read = await failureOf(client.get("01hzzzzzzzzzzzzzzzzzzzzzzz"));
      expect(read).to.include({ code: "UNAVAILABLE", grpcStatus: "UNAVAILABLE", nothingWritten: false });
      expect(calls).to.be.above(1);
      calls = 0;
      const submitted = await failureOf(client.submit({ type: "resize" }));
      expect(submitted).to.include({ code: "UNAVAILABLE", nothingWritten: false });
      expect(calls, "a submission without a key").to.equal(1);
    });
  }
});
