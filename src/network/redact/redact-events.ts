import { cutAtMarks, type Edit } from "./edit.ts";
import { escapeJson, jsonStrings, unescapeJson } from "./json-strings.ts";
import { scanText, type ScanTools } from "./scan-text.ts";

/** A string of one event, which goes on in the next. */
interface Fragment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Models stream a text piece by piece, each piece in an event of its own: a secret in it stands nowhere as a whole. The
 * pieces of one member (`delta.content`, `partial_json`) are put together, looked through, and put back.
 */
export function redactEvents(text: string, tools: ScanTools): Edit[] {
  const edits: Edit[] = [];
  for (const fragments of streamsOf(text).values()) {
    if (fragments.length < 2 || fragments.every((fragment) => fragment.text === fragments[0]?.text)) continue;
    const whole = fragments.map((fragment) => fragment.text).join("");
    let length = 0;
    const marks = fragments.slice(0, -1).map((fragment) => (length += fragment.text.length));
    const scanned = scanText({ text: whole, marks }, tools);
    if (scanned.text === whole) continue;
    cutAtMarks(scanned).forEach((clean, index) => {
      const fragment = fragments[index];
      if (!fragment || clean === fragment.text) return;
      edits.push({ start: fragment.start, end: fragment.end, text: escapeJson(clean) });
    });
  }
  return edits.sort((left, right) => left.start - right.start);
}

/** Strings of the same member at the same place of their events, in order. */
function streamsOf(text: string): Map<string, Fragment[]> {
  const streams = new Map<string, Fragment[]>();
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    if (line.includes("{")) collectFragments(line, start, streams);
    start = end + 1;
  }
  return streams;
}

function collectFragments(line: string, offset: number, streams: Map<string, Fragment[]>): void {
  // Parallel choices and tool calls are told apart by their indexes.
  const indexes = [...line.matchAll(/"(?:index|content_index|output_index)"\s*:\s*(\d+)/g)].map(([, index]) => index);
  const seen = new Map<string, number>();
  let name: string | undefined;
  for (const { start, end, hasEscape } of jsonStrings(line)) {
    const raw = line.slice(start, end);
    if (/^\s*:/.test(line.slice(end + 1, end + 8))) {
      name = raw;
      continue;
    }
    if (name === undefined) continue;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const id = `${name} ${count} ${indexes.join(" ")}`;
    const value = hasEscape ? unescapeJson(raw) : raw;
    name = undefined;
    if (value === undefined) continue;
    const fragments = streams.get(id) ?? [];
    fragments.push({ start: offset + start, end: offset + end, text: value });
    streams.set(id, fragments);
  }
}

export function looksLikeEvents(contentType: string, text: string): boolean {
  return (
    /event-stream|ndjson|jsonl|json-seq/i.test(contentType) || /^(?:data|event|id|:)[^\n]*\n/.test(text.slice(0, 4_096))
  );
}
