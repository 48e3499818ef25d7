/** The code in both READMEs is the examples' code, and the examples are compiled with everything else. */
import { readFileSync, readdirSync } from "node:fs";
import { expect } from "chai";

const SDK = "worker-sdk/typescript";

describe("README of the TypeScript SDK", () => {
  const readme = readFileSync(`${SDK}/README.md`, "utf8");
  const examples = readdirSync(`${SDK}/examples`).map((name) =>
    readFileSync(`${SDK}/examples/${name}`, "utf8"),
  );

  function expectQuotes(text: string, least: number): void {
    const blocks = Array.from(text.matchAll(/```ts\n([\s\S]*?)```/g), (match) => match[1] ?? "");
    expect(blocks.length).to.be.at.least(least);
    for (const block of blocks) {
      const code = block.replace('from "muster"', 'from "../index.js"').trim();
      expect(examples.filter((example) => example.includes(code)).length, code).to.equal(1);
    }
  }

  it("quotes nothing but the examples", () => {
    expectQuotes(readme, 3);
  });

  it("is no different in the README of the project", () => {
    expectQuotes(readFileSync("README.md", "utf8"), 2);
  });

  it("shows every example", () => {
    expect(examples.length).to.equal(readme.split("```ts\n").length - 1);
  });

  it("keeps the first worker within 20 lines", () => {
    const first = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    expect(first.trim().split("\n").length).to.be.within(5, 20);
  });
});
