import type { Edit } from "./edit.ts";
import type { Look } from "./scan.ts";

/** The secrets that are known letter by letter. */
export const lookForKnown: Look = (text, { vault }) => {
  const found: { start: number; end: number; secret: string; kind: string }[] = [];
  const isWide = text.includes("\0");
  for (const { text: secret, kind } of vault.known()) {
    for (const needle of isWide ? [secret, widened(secret)] : [secret]) {
      for (let start = text.indexOf(needle); start !== -1; start = text.indexOf(needle, start + needle.length)) {
        const end = start + needle.length;
        if (!isInPlaceholder(text, start, end)) found.push({ start, end, secret, kind });
      }
    }
  }
  const edits: Edit[] = [];
  for (const { start, end, secret, kind } of found.sort(
    (left, right) => left.start - right.start || right.end - left.end,
  )) {
    if (start >= (edits.at(-1)?.end ?? 0)) edits.push({ start, end, text: vault.hide(secret, kind) });
  }
  return edits;
};

/** As UTF-16, the low byte first. */
function widened(text: string): string {
  return Buffer.from(Buffer.from(text, "latin1").toString("utf8"), "utf16le").toString("latin1");
}

function isInPlaceholder(text: string, start: number, end: number): boolean {
  const open = text.lastIndexOf("[redacted:", start);
  if (open === -1 || start - open > 40) return false;
  const close = text.indexOf("]", open);
  return close !== -1 && end <= close + 1;
}
