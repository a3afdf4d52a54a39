import { inOrder, type TextEdit } from "./text-edit.ts";

const CONTEXT_LINES = 3;

interface Block {
  /** Lines of the old text, from `from` up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly added: readonly string[];
}

/** What `git apply` and `patch -p1` take: the edits of one file as a unified diff. Empty where nothing changes. */
export function unifiedDiff(file: {
  /** As in the repository, with slashes. */
  readonly path: string;
  readonly before: string;
  readonly edits: readonly TextEdit[];
}): string {
  const lines = splitLines(file.before);
  const blocks = changedBlocks(file.before, lines, file.edits);
  if (blocks.length === 0) return "";
  const hunks: string[] = [];
  let shift = 0;
  for (const group of together(blocks)) {
    const from = Math.max(0, group[0]!.from - CONTEXT_LINES);
    const to = Math.min(lines.length, group.at(-1)!.to + CONTEXT_LINES);
    const body: string[] = [];
    let at = from;
    let added = 0;
    for (const block of group) {
      body.push(...lines.slice(at, block.from).map((line) => marked(" ", line)));
      body.push(...lines.slice(block.from, block.to).map((line) => marked("-", line)));
      body.push(...block.added.map((line) => marked("+", line)));
      added += block.added.length - (block.to - block.from);
      at = block.to;
    }
    body.push(...lines.slice(at, to).map((line) => marked(" ", line)));
    hunks.push(`@@ -${range(from, to - from)} +${range(from + shift, to - from + added)} @@\n${body.join("")}`);
    shift += added;
  }
  return `--- ${named("a", file.path)}\n+++ ${named("b", file.path)}\n${hunks.join("")}`;
}

/** The diff that takes a whole file away. */
export function removalDiff({ path, before }: { readonly path: string; readonly before: string }): string {
  const lines = splitLines(before);
  const body = lines.map((line) => marked("-", line)).join("");
  return `--- ${named("a", path)}\n+++ /dev/null\n@@ -${range(0, lines.length)} +0,0 @@\n${body}`;
}

/** Lines with their ends; the last one may have none. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function changedBlocks(before: string, lines: readonly string[], edits: readonly TextEdit[]): Block[] {
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.length;
  }
  const startOf = (line: number) => starts[line] ?? before.length;
  const lineAt = (place: number) => {
    const next = starts.findIndex((start) => start > place);
    if (next >= 0) return next - 1;
    // The end of a text that ends a line is the beginning of a line that is not there yet.
    return place === before.length && before.endsWith("\n") ? lines.length : Math.max(0, lines.length - 1);
  };
  const blocks: { from: number; to: number; text: string; at: number }[] = [];
  for (const { start, end, text } of inOrder(edits)) {
    const last = blocks.at(-1);
    const from = lineAt(start);
    const isWhole = start === end && start === startOf(from) && text.endsWith("\n");
    const to = isWhole ? from : Math.min(lines.length, lineAt(end) + 1);
    if (last && from < last.to) {
      last.text += before.slice(last.at, start) + text;
      last.to = Math.max(last.to, to);
      last.at = end;
    } else blocks.push({ from, to, text: before.slice(startOf(from), start) + text, at: end });
  }
  return blocks
    .map(({ from, to, text, at }) => ({
      from,
      to,
      added: splitLines(text + before.slice(at, Math.max(at, startOf(to)))),
    }))
    .filter(({ from, to, added }) => lines.slice(from, to).join("") !== added.join(""));
}

/** Blocks whose surroundings touch stand in one hunk. */
function together(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const group = groups.at(-1);
    if (group && block.from - group.at(-1)!.to <= 2 * CONTEXT_LINES) group.push(block);
    else groups.push([block]);
  }
  return groups;
}

function marked(mark: " " | "-" | "+", line: string): string {
  return line.endsWith("\n") ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`;
}

function range(from: number, count: number): string {
  return `${count === 0 ? from : from + 1},${count}`;
}

/** As git writes names: quoted where they hold what a line cannot, ended by a tab where they hold a space. */
function named(side: "a" | "b", path: string): string {
  const name = `${side}/${path}`;
  if (!/[\u0000-\u001f"\\\u007f]/.test(name)) return name.includes(" ") ? `${name}\t` : name;
  const quoted = name.replaceAll(/[\u0000-\u001f"\\\u007f]/g, (sign) =>
    sign === '"' || sign === "\\" ? `\\${sign}` : `\\${sign.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `"${quoted}"`;
}
