/** The proxy that the tests of faults trust: each of its faults does what its name says, and `pass` ends it. */
import { expect } from "chai";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { eventually } from "../support/eventually.js";
import { holdFor } from "../support/fault-time.js";
import { FaultProxy } from "../support/proxy.js";

interface Peer {
  readonly socket: Socket;
  /** Everything heard so far. */
  text(): string;
  isGone(): boolean;
}

describe("the fault proxy", () => {
  let target: Server;
  let proxy: FaultProxy;
  const heard: string[] = [];
  const sockets: Socket[] = [];

  beforeEach(async () => {
    heard.length = 0;
    // Answers every line with the same line and `done`.
    target = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", (bytes: Buffer) => {
        heard.push(bytes.toString());
        socket.write(`${bytes.toString()} done;`);
      });
    });
    target.listen({ port: 0, host: "127.0.0.1" });
    await once(target, "listening");
    proxy = await FaultProxy.open((target.address() as AddressInfo).port);
  });

  afterEach(async () => {
    await proxy.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    target.close();
    await once(target, "close");
  });

  function peer(): Peer {
    const socket = connect({ port: proxy.port, host: "127.0.0.1" });
    sockets.push(socket);
    let text = "";
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
    return { socket, text: () => text, isGone: () => socket.destroyed };
  }

  it("passes both ways", async () => {
    const one = peer();
    one.socket.write("hello");
    await eventually(() => one.text() === "hello done;", 2_000);
  });

  it("is late by the latency, in order", async () => {
    proxy.latency(60);
    const one = peer();
    const sentMono = performance.now();
    one.socket.write("a");
    await eventually(() => one.text() === "a done;", 2_000);
    expect(performance.now() - sentMono).to.be.at.least(115); // there and back
  });

  it("lets nothing overtake what is late when the latency ends", async () => {
    const one = peer();
    one.socket.write("first");
    await eventually(() => one.text() === "first done;", 2_000);
    proxy.latency(150);
    one.socket.write("late");
    await holdFor(50);
    proxy.latency(0);
    one.socket.write("prompt");
    await eventually(() => heard.join("").length === "firstlateprompt".length, 2_000);
    expect(heard.join("")).to.equal("firstlateprompt");
  });

  it("holds what the client sends, and delivers it afterwards", async () => {
    const one = peer();
    one.socket.write("first");
    await eventually(() => one.text() === "first done;", 2_000);
    proxy.blackhole("to_target");
    one.socket.write("second");
    const other = peer();
    other.socket.write("new");
    await once(other.socket, "connect");
    expect(heard).to.deep.equal(["first"]);
    proxy.pass();
    await eventually(() => one.text() === "first done;second done;" && other.text() === "new done;", 2_000);
  });

  it("holds what the target answers", async () => {
    proxy.blackhole("to_client");
    const one = peer();
    one.socket.write("q");
    await eventually(() => heard.length === 1, 2_000);
    expect(one.text()).to.equal("");
    proxy.pass();
    await eventually(() => one.text() === "q done;", 2_000);
  });

  it("resets what is there and serves what comes", async () => {
    const one = peer();
    one.socket.write("q");
    await eventually(() => one.text() !== "", 2_000);
    expect(proxy.reset()).to.equal(1);
    await eventually(() => one.isGone(), 2_000);
    const two = peer();
    two.socket.write("q");
    await eventually(() => two.text() === "q done;", 2_000);
  });

  it("refuses", async () => {
    proxy.refuse();
    const one = peer();
    await eventually(() => one.isGone(), 2_000);
    proxy.pass();
    const two = peer();
    two.socket.write("q");
    await eventually(() => two.text() === "q done;", 2_000);
  });

  it("cuts after a number of bytes", async () => {
    proxy.cutAfterBytes(5);
    const one = peer();
    one.socket.write("1234567");
    await eventually(() => one.isGone(), 2_000);
    expect(proxy.cuts).to.equal(1);
  });

  it("cuts after a match: the target has done it, the client does not know", async () => {
    proxy.cutAfterMatch({ pattern: Buffer.from("commit"), untilReply: Buffer.from("done;"), times: 1 });
    const one = peer();
    one.socket.write("begin");
    await eventually(() => one.text() === "begin done;", 2_000);
    one.socket.write("commit");
    await eventually(() => one.isGone(), 2_000);
    expect(heard).to.deep.equal(["begin", "commit"]);
    expect(one.text()).to.equal("begin done;");
    expect(proxy.cuts).to.equal(1);
    const two = peer();
    two.socket.write("commit");
    await eventually(() => two.text() === "commit done;", 2_000);
  });
});
