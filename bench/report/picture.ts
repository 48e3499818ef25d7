/**
 * Pictures of comparisons as SVG, written by hand: bars for figures, cumulative curves for latencies. No scripts,
 * no fonts to load; they look the same in a browser and in a rendered document.
 */

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Lowest and highest round. */
  readonly low: number;
  readonly high: number;
  readonly unit: string;
}

export interface Curve {
  readonly label: string;
  /** Values at 0 %, 1 %, ... 100 %. */
  readonly points: readonly number[];
}

const COLOURS = ["#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#65a30d", "#db2777"];
const WIDTH = 760;
const LABEL_WIDTH = 250;
const ROW = 26;
const PLOT_HEIGHT = 260;
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';

export function barPicture(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map((bar) => bar.high), Number.MIN_VALUE);
  const scale = (WIDTH - LABEL_WIDTH - 130) / longest;
  const rows = bars.map((bar, position) => {
    const y = 44 + position * ROW;
    const at = (value: number): string => (LABEL_WIDTH + Math.max(0, value) * scale).toFixed(1);
    const middle = y + ROW / 2 - 4;
    const width = (Math.max(0, bar.value) * scale).toFixed(1);
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${middle + 4}" text-anchor="end">${escape(bar.label)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${ROW - 8}" fill="${colour(position)}"/>`,
      `<path d="M${at(bar.low)} ${middle}H${at(bar.high)}" stroke="#111" stroke-width="1.5"/>`,
      `<text x="${Number(at(bar.high)) + 6}" y="${middle + 4}">${short(bar.value)} ${escape(bar.unit)}</text>`,
    ].join("\n");
  });
  return svg(title, 56 + bars.length * ROW, rows);
}

/** Milliseconds on a logarithmic axis, share of the jobs upwards. */
export function curvePicture(title: string, curves: readonly Curve[]): string {
  const values = curves.flatMap((curve) => curve.points.filter((point) => point > 0));
  const from = Math.floor(Math.log10(Math.max(0.001, Math.min(...values, 1))));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values, 0.01))));
  const left = 60;
  const span = WIDTH - left - 40;
  const x = (ms: number): string => {
    const log = Math.log10(Math.max(ms, 10 ** from));
    return (left + ((log - from) / (to - from)) * span).toFixed(1);
  };
  const y = (percent: number): string => (44 + PLOT_HEIGHT * (1 - percent / 100)).toFixed(1);
  const bottom = Number(y(0));
  const grid: string[] = [];
  for (let power = from; power <= to; power++) {
    const at = x(10 ** power);
    grid.push(`<path d="M${at} 44V${bottom}" stroke="#ddd"/>`);
    grid.push(`<text x="${at}" y="${bottom + 18}" text-anchor="middle">${10 ** power} ms</text>`);
  }
  for (const percent of [0, 50, 90, 99]) {
    grid.push(`<path d="M${left} ${y(percent)}H${left + span}" stroke="#ddd"/>`);
    grid.push(`<text x="${left - 6}" y="${Number(y(percent)) + 4}" text-anchor="end">${percent} %</text>`);
  }
  const lines = curves.map(({ label, points }, position) => {
    const path = points.map((ms, percent) => `${percent === 0 ? "M" : "L"}${x(ms)} ${y(percent)}`).join("");
    const legendY = bottom + 42 + position * 20;
    return [
      `<path d="${path}" fill="none" stroke="${colour(position)}" stroke-width="2"/>`,
      `<rect x="${left}" y="${legendY - 10}" width="12" height="12" fill="${colour(position)}"/>`,
      `<text x="${left + 20}" y="${legendY}">${escape(label)}</text>`,
    ].join("\n");
  });
  return svg(title, bottom + 50 + curves.length * 20, [...grid, ...lines]);
}

function svg(title: string, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<g ${FONT} fill="#111">`,
    `<text x="12" y="24" font-size="15" font-weight="600">${escape(title)}</text>`,
    ...parts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function colour(position: number): string {
  return COLOURS[position % COLOURS.length] ?? "#111";
}

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}

function escape(text: string): string {
  return text.replace(/[<>&"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
