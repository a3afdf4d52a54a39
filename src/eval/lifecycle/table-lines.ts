import { cutText, padText, textWidth } from "../report/fit-text.ts";

const FIRST_WIDTH_MAX = 36;

/** Rows of escaped cells in columns as wide as their widest cell; a long first cell is cut. */
export function tableLines(rows: readonly (readonly string[])[], columns: number): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, textWidth(cell));
  }
  widths[0] = Math.min(FIRST_WIDTH_MAX, widths[0] ?? 0);
  return rows.map((row) =>
    cutText(`  ${row.map((cell, index) => padText(cell, widths[index] ?? 0)).join("  ")}`.trimEnd(), columns),
  );
}
