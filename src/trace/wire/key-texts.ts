const SLOTS = 4_096;
const LENGTH_MAX = 64;

/** Short texts of bytes that come again and again, made once each. It holds so many at most, the last that came. */
export class KeyTexts {
  readonly #slots: (string | undefined)[] = Array.from({ length: SLOTS });

  at(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > LENGTH_MAX) return bytes.toString("utf8", start, end);
    let hash = length;
    for (let index = start; index < end; index += 1) hash = (hash * 31 + (bytes[index] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && isSame(known, bytes, start, end)) return known;
    const text = bytes.toString("utf8", start, end);
    this.#slots[slot] = text;
    return text;
  }
}

/** Of texts with other than ASCII in them it says no, so they are made anew. */
function isSame(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index - start);
    if (code !== bytes[index] || code > 127) return false;
  }
  return true;
}
