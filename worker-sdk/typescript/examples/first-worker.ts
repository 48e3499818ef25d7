/**
 * The first worker of the README: greets whoever a job names. Start a server, then this, then
 * `first-client.ts`. Ctrl-C lets it finish what it has begun.
 */
import { Worker } from "../index.js";

const worker = new Worker({
  address: "127.0.0.1:7878",
  handlers: {
    greet: async (job) => {
      const { name } = job.json<{ name: string }>();
      job.progress(0.5, "thinking of words");
      return { text: `Hello, ${name}!`, attempt: job.attempt };
    },
  },
});

process.once("SIGINT", () => void worker.drain({ mode: "release_buffered", timeoutMs: 30_000 }));
await worker.run();
