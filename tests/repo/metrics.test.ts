/** docs/metrics.md, the catalog and what a server really shows are the same three lists. */
import { expect } from "chai";
import { CATALOG, type MetricRow } from "../../server/telemetry/metric-catalog.js";
import { createMetrics } from "../../server/telemetry/metrics.js";
import { tableRows } from "./markdown-table.js";
import { read } from "./repo-files.js";

const rows: readonly MetricRow[] = Object.values(CATALOG);

describe("docs/metrics.md", () => {
  const documented = tableRows(read("docs/metrics.md"), ["name", "type", "unit", "labels", "meaning"]);

  it("lists exactly the metrics of the catalog, with their labels in order", () => {
    const labels = (row: MetricRow) => row.labels.map((label) => `\`${label}\``).join(", ") || "-";
    const unquoted = (text: string) => text.replace(/^`([^`]*)`$/, "$1");
    expect(documented).to.deep.equal(
      rows.map((row) => [row.name, row.type, row.unit, unquoted(labels(row)), row.help]),
    );
  });

  it("lists exactly the metrics that are served", async () => {
    const metrics = createMetrics();
    const { body } = await metrics.scrape();
    metrics.stop();
    const served = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(served.sort()).to.deep.equal(documented.map(([name, type]) => `${name} ${type}`).sort());
  });

  it("has no label for a job", () => {
    expect(rows.flatMap(({ labels }) => labels).filter((label) => /job|id$/i.test(label))).to.deep.equal([]);
  });

  it("names the unit last", () => {
    for (const { name, type, unit } of rows) {
      if (type === "counter") expect(name).to.match(/_total$/);
      if (unit === "seconds") expect(name).to.match(/_seconds(_total)?$/);
      if (unit === "bytes") expect(name).to.match(/_bytes$/);
    }
  });
});
