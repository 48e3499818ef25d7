/** The rules of docs/STYLE.md that a machine can check and the linter does not. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { read, repoFiles, ROOT } from "./repo-files.js";

const LINES_MAX = 400;
const BUCKETS = /^(utils?|commons?|helpers?|types?|interfaces?|misc|shared|lib)$/;
const HOUSE = /^(proto|server|worker-sdk|tests|bench|\.ci)\//;

const files = repoFiles().filter((path) => !path.startsWith("proto/gen/") && path !== "package-lock.json");
const code = files.filter((path) => HOUSE.test(path) && /\.(ts|mjs|sql|lua|proto|py|go)$/.test(path));

/** Paths of text files that match; a test shows them when there are any. */
function matching(paths: readonly string[], pattern: RegExp): string[] {
  return paths.filter((path) => pattern.test(read(path)));
}

describe("tidiness", () => {
  it("finds the code that it judges", () => {
    expect(code.length).to.be.greaterThan(50);
  });

  it(`has no file of more than ${LINES_MAX} lines`, () => {
    const long = code.filter((path) => read(path).trimEnd().split("\n").length > LINES_MAX);
    expect(long).to.deep.equal([]);
  });

  it("has no buckets: every room and file is named after what it is about", () => {
    const contract = "proto/muster/common/";
    const named = code.filter((path) => !path.startsWith(contract));
    const buckets = named.filter((path) =>
      path.split("/").some((part) => BUCKETS.test(part.split(".", 1)[0] ?? "")),
    );
    expect(buckets).to.deep.equal([]);
  });

  it("names files in kebab-case", () => {
    const typescript = code.filter((path) => path.endsWith(".ts"));
    const odd = typescript.filter((path) => !/^[a-z0-9.-]+\.ts$/.test(path.split("/").at(-1) ?? ""));
    expect(odd).to.deep.equal([]);
  });

  it("opens every source, statement and script with a comment, tests aside", () => {
    const begins = { ts: /^(#!.*\n)?\/\*\*/, sql: /^--/, lua: /^--/, proto: /^(syntax = .*\n\s*)?\/\// };
    const bare = code.filter((path) => {
      const pattern = begins[path.split(".").at(-1) as keyof typeof begins];
      return pattern !== undefined && !path.endsWith(".test.ts") && !pattern.test(read(path));
    });
    expect(bare.filter((path) => !path.startsWith("proto/google/"))).to.deep.equal([]);
  });

  it("has every asset of proto and server in the build, as it is in the source", () => {
    const assets = ["proto", "server"].flatMap((room) => repoFiles(room, /\.(sql|lua|proto|binpb)$/));
    expect(assets.length).to.be.greaterThan(5);
    const built = (path: string) => join(ROOT, "dist", path);
    const missing = assets.filter(
      (path) => !existsSync(built(path)) || !readFileSync(built(path)).equals(readFileSync(join(ROOT, path))),
    );
    expect(missing).to.deep.equal([]);
  });

  it("has no test that is skipped or keeps others from running", () => {
    const tests = code.filter((path) => path.endsWith(".test.ts"));
    expect(
      matching(tests, /\b(it|describe|context|specify)\.(only|skip)\b|\bx(it|describe)\(|\bthis\.skip\(/),
    ).to.deep.equal([]);
  });

  it("has no test that sleeps for a fixed time", () => {
    const tests = code.filter((path) => path.endsWith(".test.ts"));
    expect(matching(tests, /await (sleep|delay|setTimeout)\(/)).to.deep.equal([]);
  });

  it("derives no signal from others in the server: those that live as long as the process keep each one for ever", () => {
    const server = code.filter((path) => path.startsWith("server/"));
    // Without its comments, which say why.
    const derived = server.filter((path) => /^(?!\s*(\/\/|\*)).*AbortSignal\.any\(/m.test(read(path)));
    expect(derived).to.deep.equal([]);
  });

  it("names no path of the machine it was written on", () => {
    const text = files.filter((path) =>
      /\.(ts|mjs|json|md|ya?ml|sql|lua|proto|sh|py|go|toml)$|^[^.]+$/.test(path),
    );
    expect(matching(text, /(?<![\w.])\/(work|root|home\/\w+|Users)\/\w/)).to.deep.equal([]);
  });

  it("has a package-lock that names no registry", () => {
    expect(read("package-lock.json")).to.not.match(/"resolved": "http|https?:\/\/[^"]*registry/);
  });
});
