import { expect } from "chai";
import { labelText, taskKey } from "../../../server/cli/graph/task-key.js";

describe("taskKey", () => {
  it("keeps printable ids of up to 200 characters as they are", () => {
    for (const id of ["mProject_ID0000001", "NF:(sample 1/2) ä→ü", "x".repeat(200)]) {
      expect(taskKey(id)).to.equal(id);
    }
  });

  it("shortens a longer id to 200 characters that differ when the ids do", () => {
    const first = taskKey(`${"x".repeat(300)}1`);
    const second = taskKey(`${"x".repeat(300)}2`);
    expect(first)
      .to.have.length(200)
      .and.match(/^x+~[0-9a-f]{16}$/);
    expect(second).to.not.equal(first);
    expect(taskKey(`${"x".repeat(300)}1`)).to.equal(first);
  });

  it("replaces what cannot be printed and keeps such ids apart", () => {
    expect(taskKey("a\nb")).to.match(/^a\?b~[0-9a-f]{16}$/);
    expect(taskKey("a\nb")).to.not.equal(taskKey("a\tb"));
  });

  it("never cuts a character in half", () => {
    const key = taskKey("😀".repeat(150));
    expect(Buffer.from(key).toString()).to.equal(key);
  });
});

describe("labelText", () => {
  it("cuts text at 256 bytes, between characters", () => {
    expect(labelText("short")).to.equal("short");
    expect(labelText("x".repeat(300))).to.equal("x".repeat(256));
    expect(labelText(`x${"ü".repeat(200)}`)).to.equal(`x${"ü".repeat(127)}`);
  });
});
