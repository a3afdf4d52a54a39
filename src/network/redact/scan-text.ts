import { applyEdits, type MarkedText } from "./edit.ts";
import { lookBehindNames } from "./look-behind-names.ts";
import { lookForKnown } from "./look-for-known.ts";
import { lookForShapes } from "./look-for-shapes.ts";
import { lookIntoBase64, lookIntoPercent } from "./look-into-encodings.ts";
import { lookIntoJson } from "./look-into-json.ts";
import { withoutGzip } from "./content-codec.ts";
import type { Look, Scan } from "./scan.ts";

/** What all levels of a scan share. */
export type ScanTools = Omit<Scan, "inner">;

/** How deep texts are unwrapped: a document in a string in base64 in a query is four. */
const DEPTH_MAX = 7;
/** What the name says goes first: so the same is hidden whether or not a secret is known by its letters. */
const LOOKS: readonly Look[] = [
  lookIntoJson,
  lookForKnown,
  lookBehindNames,
  lookForShapes,
  lookIntoPercent,
  lookIntoBase64,
];
const LOOKS_AT_BINARY: readonly Look[] = [lookForKnown, lookForShapes];

export function scanText(marked: MarkedText, tools: ScanTools, depth = 0): MarkedText {
  if (marked.text.length < 4) return marked;
  const scan: Scan = { ...tools, inner: (text) => (depth < DEPTH_MAX ? scanInner(text, tools, depth + 1) : text) };
  return (isBinary(marked.text) ? LOOKS_AT_BINARY : LOOKS).reduce(
    (scanned, look) => applyEdits(scanned, look(scanned.text, scan)),
    marked,
  );
}

export function scanOnly(text: string, tools: ScanTools): string {
  return scanText({ text, marks: [] }, tools).text;
}

/** What was unwrapped may be packed once more. */
function scanInner(text: string, tools: ScanTools, depth: number): string {
  if (text.startsWith("\u001f\u008b\u0008")) {
    return withoutGzip(text, (inflated) => scanText({ text: inflated, marks: [] }, tools, depth).text);
  }
  return scanText({ text, marks: [] }, tools, depth).text;
}

/** By its control characters: text has line breaks and tabs at most. */
function isBinary(text: string): boolean {
  const sample = text.slice(0, 1_024);
  const controls = sample.match(/[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]/g)?.length ?? 0;
  return controls > 2 + sample.length / 50;
}
