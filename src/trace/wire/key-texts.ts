const SLOTS = 4_096;
const LENGTH_MAX = 64;
/** Telemetry's names differ in their length, or in their ends. */
const HASHED_MAX = 8;

/** Short texts of bytes that come again and again, made once each. It holds so many at most, the last that came. */
export class KeyTexts {
  readonly #slots: (string | undefined)[] = Array.from({ length: SLOTS });
  /** The bytes of each, one behind the other. */
  readonly #known = new Uint8Array(SLOTS * LENGTH_MAX);
  readonly #lengths = new Uint8Array(SLOTS);

  at(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > LENGTH_MAX) return bytes.toString("utf8", start, end);
    let hash = length;
    for (let index = Math.max(start, end - HASHED_MAX); index < end; index += 1) {
      hash = (hash * 31 + (bytes[index] ?? 0)) | 0;
    }
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && this.#lengths[slot] === length && this.#isSame(slot, bytes, start)) return known;
    const text = bytes.toString("utf8", start, end);
    this.#slots[slot] = text;
    this.#lengths[slot] = length;
    this.#known.set(bytes.subarray(start, end), slot * LENGTH_MAX);
    return text;
  }

  #isSame(slot: number, bytes: Buffer, start: number): boolean {
    const known = this.#known;
    const from = slot * LENGTH_MAX;
    const length = this.#lengths[slot] ?? 0;
    for (let index = 0; index < length; index += 1) if (known[from + index] !== bytes[start + index]) return false;
    return true;
  }
}
