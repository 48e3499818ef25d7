/**
 * Figures that a test of faults measured, printed under it so that docs/RELIABILITY.md can name the command that
 * makes them. Printing is all it does.
 */
export function note(what: string, value: number, unit: string): void {
  console.log(`      figure: ${what}: ${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`);
}
