/** What the documents point at exists: files, headings, npm scripts, and commands of the command line. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { read, repoFiles, ROOT } from "./repo-files.js";

const run = promisify(execFile);
const documents = repoFiles("", /\.md$/);

/** As the usual renderers make anchors: lower case, spaces to hyphens, most punctuation dropped. */
function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.+?) *$/gm);
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
  return new Set([...headings].map(([, text]) => slug(text ?? "")));
}

/** What is wrong with a link in a document, or null. Links to other sites are not followed. */
function breachOf(document: string, link: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return null;
  const [path, anchor] = link.split("#", 2);
  const target = path === "" || path === undefined ? document : posix.join(posix.dirname(document), path);
  if (!existsSync(join(ROOT, target))) return `${document}: ${link} does not exist`;
  if (anchor === undefined || !target.endsWith(".md")) return null;
  return anchorsOf(read(target)).has(anchor) ? null : `${document}: ${link} has no such heading`;
}

/** Lines of the shell blocks of a document, without prompts, joined where they end in a backslash. */
function commandsOf(markdown: string): string[] {
  const blocks = markdown.matchAll(/^```(?:sh|bash|shell|console)\n([\s\S]*?)^```/gm);
  const lines = [...blocks].flatMap(([, block]) => (block ?? "").replaceAll("\\\n", " ").split("\n"));
  return lines.flatMap((line) => line.split(/&&|\|\||[;|]/)).map((line) => line.trim().replace(/^\$ /, ""));
}

describe("documents", () => {
  it("has a README", () => {
    expect(documents).to.include("README.md");
  });

  it("links only to files and headings that exist", () => {
    const links = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map((match) => ({
        document,
        link: match[1] ?? "",
      })),
    );
    const breaches = links
      .map(({ document, link }) => breachOf(document, link))
      .filter((found) => found !== null);
    expect(breaches).to.deep.equal([]);
  });

  it("would notice a link that leads nowhere", () => {
    expect(breachOf("docs/errors.md", "no-such-file.md")).to.be.a("string");
    expect(breachOf("docs/errors.md", "metrics.md#no-such-heading")).to.be.a("string");
    expect(breachOf("docs/errors.md", "metrics.md#what-to-watch")).to.equal(null);
  });

  it("tells only of npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const told = documents.flatMap((document) => [
      ...read(document).matchAll(/\bnpm (?:run(?: -s| --silent)? ([\w:-]+)|(test|start)\b)/g),
    ]);
    const missing = told.map((match) => match[1] ?? match[2] ?? "").filter((name) => !(name in scripts));
    expect(missing).to.deep.equal([]);
  });

  it("tells only of commands that the command line has", async function () {
    this.timeout(30_000);
    const cli =
      /^(?:[A-Z_]+=\S* )*(?:npx (?:--no-install )?)?(?:muster|node dist\/server\/cli\/main\.js) ([a-z]+)/;
    const told = documents
      .flatMap((document) => commandsOf(read(document)))
      .map((line) => cli.exec(line)?.[1]);
    const names = new Set(told.filter((name) => name !== undefined));
    expect(names.size, "the documents show the command line").to.be.greaterThan(0);
    const main = join(ROOT, "dist/server/cli/main.js");
    const { stdout } = await run(process.execPath, [main, "--help"]);
    const known = new Set([...stdout.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name));
    expect([...names].filter((name) => !known.has(name))).to.deep.equal([]);
  });
});
