/** The echo server of limit-grpc.ts, a process of its own; prints its port and ends with its channel. */
import { Server, ServerCredentials, type ServerDuplexStream, type ServerUnaryCall } from "@grpc/grpc-js";
import { ECHO } from "./echo-service.js";

const server = new Server();
server.addService(ECHO, {
  Once: (call: ServerUnaryCall<Buffer, Buffer>, answer: (error: null, value: Buffer) => void) =>
    answer(null, call.request),
  Stream: (call: ServerDuplexStream<Buffer, Buffer>) => {
    call.on("data", (bytes: Buffer) => call.write(bytes));
    call.on("end", () => call.end());
    call.on("error", () => undefined);
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`port ${port}`);
});
process.on("disconnect", () => process.exit(0));
