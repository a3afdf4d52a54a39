import { escapeMarkdown, escapeTerminal } from "../../kernel/index.ts";

const CELL_LENGTH_MAX = 240;

/** Untrusted text for one line or cell: cut first, so that no escape is cut in half. */
export function markdownText(text: string, lengthMax = CELL_LENGTH_MAX): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
  return escapeMarkdown(cut.toWellFormed());
}

/** Cells must be escaped already. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)];
}

/** Collapsed until a reader opens it. The blank lines make GitHub read the inside as Markdown. */
export function markdownDetails(title: string, lines: readonly string[]): string[] {
  return [`<details><summary>${title}</summary>`, "", ...lines, "", "</details>"];
}

/** A fence that nothing inside can close. */
export function markdownCode(lines: readonly string[]): string[] {
  const safe = lines.map((line) => escapeTerminal(line.toWellFormed()));
  const longest = Math.max(2, ...safe.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}sh`, ...safe, fence];
}
