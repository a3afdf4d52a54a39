/** One measured number and what it is held against. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "MB" | "steps/s" | "";
  /** The most it may be, on a quiet machine. */
  readonly target?: number;
  /** The least it may be, on a quiet machine. */
  readonly targetMin?: number;
  /** The same thing done by others, in the same run. */
  readonly peers?: readonly { readonly name: string; readonly value: number }[];
  /** Holds on a busy machine too, so that a build may fail on it: a ratio or a count, never a wall time. */
  readonly bound?: { readonly of: string; readonly ratio: number; readonly ratioMax: number };
}

export function isMet({ value, target, targetMin }: Figure): boolean {
  return (target === undefined || value <= target) && (targetMin === undefined || value >= targetMin);
}

export function isInBound({ bound }: Figure): boolean {
  return bound === undefined || bound.ratio <= bound.ratioMax;
}

/** @param isShort judges bounds only: a short run on a busy machine says nothing about wall times */
export function renderFigures(figures: readonly Figure[], isShort: boolean): string {
  const header = ["figure", "measured", "target", "", "beside"];
  const rows = figures.map((figure) => {
    const { what, value, unit } = figure;
    const goal = goalText(figure);
    const verdict = goal === "" ? "" : isMet(figure) ? "met" : "NOT MET";
    return [what, shown(value, unit), isShort ? "" : goal, isShort ? boundText(figure) : verdict, besideText(figure)];
  });
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  return table
    .map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

function goalText({ target, targetMin, unit }: Figure): string {
  if (target !== undefined) return `<= ${shown(target, unit)}`;
  return targetMin === undefined ? "" : `>= ${shown(targetMin, unit)}`;
}

function boundText(figure: Figure): string {
  if (!figure.bound) return "";
  const { ratio, of, ratioMax } = figure.bound;
  return `${isInBound(figure) ? "ok" : "FAILED"}: ${ratio.toFixed(2)} of ${of}, at most ${ratioMax}`;
}

function besideText({ value, unit, peers = [] }: Figure): string {
  const ratio = (peer: number) => (value === 0 ? "" : ` (${times(peer / value)})`);
  return peers.map((peer) => `${peer.name} ${shown(peer.value, unit)}${ratio(peer.value)}`).join(", ");
}

function times(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} x ours`;
}

function shown(value: number, unit: Figure["unit"]): string {
  const text =
    unit === "s" || (unit === "ms" && value < 1)
      ? value.toFixed(2)
      : value >= 100 || Number.isInteger(value)
        ? value.toFixed(0)
        : value.toFixed(1);
  return unit === "" ? text : `${text} ${unit}`;
}
