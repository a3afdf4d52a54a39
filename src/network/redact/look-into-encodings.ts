import { isUtf8 } from "node:buffer";
import type { Edit } from "./edit.ts";
import { decodePercent, encodePercent, type Look } from "./scan.ts";

const PERCENT_RUN = /[\w.~!*()+/:@$%,;=-]/;

/** Runs of percent-encoded text. */
export const lookIntoPercent: Look = (text, { inner }) => {
  const edits: Edit[] = [];
  let at = text.indexOf("%");
  while (at !== -1) {
    const floor = edits.at(-1)?.end ?? 0;
    let start = at;
    while (start > floor && at - start < 200 && PERCENT_RUN.test(text[start - 1] ?? "")) start -= 1;
    let end = at;
    while (end < text.length && PERCENT_RUN.test(text[end] ?? "")) end += 1;
    const run = text.slice(start, end);
    const clean = cleanPercent(run, inner);
    if (clean !== run) edits.push({ start, end, text: clean });
    at = text.indexOf("%", Math.max(end, at + 1));
  }
  return edits;
};

/** What is before and behind all that is hidden stays as it was written. */
function cleanPercent(run: string, inner: (text: string) => string): string {
  const decoded = decodePercent(run);
  const clean = decoded === run ? decoded : inner(decoded);
  if (clean === decoded) return run;
  const shorter = Math.min(clean.length, decoded.length);
  let before = 0;
  while (before < shorter && clean[before] === decoded[before]) before += 1;
  let behind = 0;
  while (behind < shorter - before && clean.at(-1 - behind) === decoded.at(-1 - behind)) behind += 1;
  const written = run.match(/%[0-9A-Fa-f]{2}|[^]/g) ?? [];
  const hidden = encodePercent(clean.slice(before, clean.length - behind), run.replaceAll("%", ""));
  return [...written.slice(0, before), hidden, ...written.slice(written.length - behind)].join("");
}

/** Letters, digits and the marks of both alphabets. Runs may be megabytes: a pattern that took them whole would run out of stack. */
const BASE64_START = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8}/g;
const BASE64_CHARACTERS = new Set(
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"].map(codeOf),
);
const IS_BASE64 = Array.from({ length: 256 }, (_, code) => BASE64_CHARACTERS.has(code));
/** Of encoded ASCII every fourth character is a capital or a digit three times in four: what has neither is a word. */
const ORDINARY_WORD = /^(?:[a-z_/-]+|[A-Z][a-z]+)$/;
const ORDINARY_CHARACTERS_MAX = 24;
/** Where a run is longer, it is taken to begin where it begins. */
const SHIFTED_RUN_CHARACTERS_MAX = 16 * 1024;

/** Runs of base64 in either alphabet, and of hexadecimal digits. */
export const lookIntoBase64: Look = (text, { inner }) => {
  const edits: Edit[] = [];
  let from = 0;
  for (const { index } of text.matchAll(BASE64_START)) {
    if (index < from) continue;
    from = base64End(text, index);
    const run = text.slice(index, from);
    if (run.length < ORDINARY_CHARACTERS_MAX && ORDINARY_WORD.test(run)) continue;
    const clean = cleanHex(run, inner) ?? cleanBase64(run, inner);
    if (clean !== undefined) edits.push({ start: index, end: from, text: clean });
  }
  return edits;
};

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

/** Lines of equal length are one run, as mails and certificates have them. */
function base64End(text: string, start: number): number {
  let lineStart = start;
  for (;;) {
    let end = lineStart;
    while (IS_BASE64[text.charCodeAt(end)]) end += 1;
    const length = end - lineStart;
    const next = text.startsWith("\r\n", end) ? end + 2 : text[end] === "\n" ? end + 1 : -1;
    if (next !== -1 && length >= 60 && length <= 76 && IS_BASE64[text.charCodeAt(next)]) {
      lineStart = next;
      continue;
    }
    while (end < text.length && text[end] === "=" && length > 0 && end < lineStart + length + 2) end += 1;
    return end;
  }
}

function cleanHex(run: string, inner: (text: string) => string): string | undefined {
  if (run.length < 16 || !/[0-9A-Fa-f]{16}/.test(run)) return undefined;
  let clean: string | undefined;
  const replaced = run.replaceAll(/(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}){8,65536}(?![0-9A-Fa-f])/g, (digits) => {
    const decoded = Buffer.from(digits, "hex").toString("latin1");
    const cleaned = inner(decoded);
    if (cleaned === decoded) return digits;
    clean = "found";
    return Buffer.from(cleaned, "latin1").toString("hex");
  });
  return clean && replaced;
}

function cleanBase64(run: string, inner: (text: string) => string): string | undefined {
  const padding = run.endsWith("==") ? "==" : run.endsWith("=") ? "=" : "";
  const digits = run.slice(0, run.length - padding.length);
  const lineBreak = digits.includes("\r\n") ? "\r\n" : digits.includes("\n") ? "\n" : undefined;
  const line = lineBreak ? digits.replaceAll(/\r?\n/g, "") : digits;
  const shifts = line.length > SHIFTED_RUN_CHARACTERS_MAX ? [0] : [0, 1, 2, 3];
  for (const shift of shifts) {
    const isUneven = (line.length - shift) % 4 === 1;
    const used = line.slice(shift, isUneven ? -1 : undefined);
    const bytes = Buffer.from(used, "base64");
    const decoded = bytes.toString("latin1");
    const cleaned = mayHoldText(bytes, decoded) ? inner(decoded) : decoded;
    if (cleaned === decoded) continue;
    const encoded = Buffer.from(cleaned, "latin1").toString("base64");
    const inAlphabet = /[-_]/.test(used) ? encoded.replaceAll("+", "-").replaceAll("/", "_") : encoded;
    const whole = padding === "" ? inAlphabet.replace(/={1,2}$/, "") : inAlphabet;
    return `${line.slice(0, shift)}${wrap(whole, digits, lineBreak)}${isUneven ? (line.at(-1) ?? "") : ""}`;
  }
  return undefined;
}

/** Ordinary words decode to noise, and are many: what has no letters in a row is not looked into. */
function mayHoldText(bytes: Buffer, decoded: string): boolean {
  return (
    /[\x20-\x7e]{6}/.test(decoded) || decoded.startsWith("\u001f\u008b") || decoded.includes("\0") || isUtf8(bytes)
  );
}

/** In lines as long as they were. */
function wrap(encoded: string, before: string, lineBreak: string | undefined): string {
  if (lineBreak === undefined) return encoded;
  const width = before.indexOf(lineBreak);
  return encoded.replaceAll(new RegExp(`.{${width}}(?=.)`, "g"), (row) => `${row}${lineBreak}`);
}
