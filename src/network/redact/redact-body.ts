import { unpackBody } from "./content-codec.ts";
import { applyEdits, type MarkedText } from "./edit.ts";
import { multipartBoundary } from "./multipart-parts.ts";
import { looksLikeEvents, redactEvents } from "./redact-events.ts";
import { redactMultipart } from "./redact-multipart.ts";
import { redactPairs } from "./redact-pairs.ts";
import { scanText, type ScanTools } from "./scan-text.ts";

export interface BodyKind {
  readonly contentType: string;
  readonly contentEncoding: string;
}

/**
 * The pieces of one body without its secrets: as many as there were, and the very same objects where there was none.
 * A secret may lie over several pieces.
 */
export function redactBody(pieces: readonly Uint8Array[], kind: BodyKind, tools: ScanTools): readonly Uint8Array[] {
  const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  if (bytes.length === 0) return pieces;
  const unpacked = unpackBody(bytes, kind.contentEncoding);
  const withheld = () => {
    const placeholder = tools.vault.hide(`unreadable ${bytes.length}`, "unreadable-body");
    return cut(Buffer.from(placeholder), pieces, bytes.length);
  };
  if (unpacked.isUnreadable) return withheld();
  const text = latin1(unpacked.bytes);
  let length = 0;
  const marks = unpacked.pack || unpacked.isDamaged ? [] : pieces.slice(0, -1).map((piece) => (length += piece.length));
  const scanned = redactBodyText({ text, marks }, kind.contentType, tools);
  if (scanned.text === text) return pieces;
  if (unpacked.isDamaged) return withheld();
  const clean = Buffer.from(scanned.text, "latin1");
  if (unpacked.pack) return cut(unpacked.pack(clean), pieces, bytes.length);
  return [...scanned.marks, clean.length].map((end, index) => clean.subarray(scanned.marks[index - 1] ?? 0, end));
}

function redactBodyText(body: MarkedText, contentType: string, tools: ScanTools): MarkedText {
  const boundary = multipartBoundary(contentType);
  if (boundary !== undefined) return applyEdits(body, redactMultipart(body.text, boundary, tools));
  if (/x-www-form-urlencoded/i.test(contentType)) {
    return scanText(applyEdits(body, redactPairs(body.text, 0, "form", tools)), tools);
  }
  if (!looksLikeEvents(contentType, body.text)) return scanText(body, tools);
  return scanText(applyEdits(body, redactEvents(body.text, tools)), tools);
}

/** In as many pieces as there were, each with its share. */
function cut(bytes: Uint8Array, pieces: readonly Uint8Array[], lengthBefore: number): Uint8Array[] {
  let before = 0;
  let from = 0;
  return pieces.map((piece) => {
    before += piece.length;
    const end = Math.round((before / lengthBefore) * bytes.length);
    const part = bytes.subarray(from, end);
    from = end;
    return part;
  });
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
