/**
 * The first client of the README: submits one job, waits for it and prints its result; then a small graph, whose
 * last job gets the results of the other two.
 */
import { Client } from "../index.js";

await using client = new Client({ address: "127.0.0.1:7878" });

const { id } = await client.submit({ type: "greet", payload: { name: "world" } });
const job = await client.waitFor(id);
console.log(job.state, job.output.json());

const { graphId } = await client.submitGraph({
  name: "two and then one",
  jobs: [
    { key: "a", type: "greet", payload: { name: "a" } },
    { key: "b", type: "greet", payload: { name: "b" } },
    { key: "both", type: "greet", payload: { name: "both" }, dependsOn: ["a", "b"], priority: 5 },
  ],
});
for await (const { counts } of client.watchGraph(graphId)) console.log(counts);
