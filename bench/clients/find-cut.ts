import type { PlannedCut } from "./cut-plan.ts";

/** Finds the planned place in the bytes of a connection, chunk after chunk. */
export class CutFinder {
  readonly #cut: PlannedCut;
  #passed = 0;
  #events = 0;
  /** What came last: a mark may begin in one chunk and end in the next. */
  #tail = Buffer.alloc(0);
  /** Bytes that may still pass, once that is settled. */
  #left: number | undefined;

  constructor(cut: PlannedCut) {
    this.#cut = cut;
    if (cut.kind === "before the first byte") this.#left = 0;
    if (cut.kind === "at a byte") this.#left = cut.bytes;
  }

  /** How much of the chunk passes before the connection breaks; undefined: all of it, and it lives on. */
  placeIn(chunk: Buffer): number | undefined {
    const place = this.#left === undefined ? this.#search(chunk) : this.#left;
    this.#passed += chunk.length;
    this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-MARK_BYTES_MAX);
    if (place === undefined || place <= chunk.length) return place;
    this.#left = place - chunk.length;
    return undefined;
  }

  #search(chunk: Buffer): number | undefined {
    const cut = this.#cut;
    if (cut.kind === "after the headers") return this.#behind("\r\n\r\n", chunk, 0);
    if (cut.kind === "within a character") {
      const from = Math.max(0, cut.bytes - this.#passed);
      const start = chunk.findIndex((byte, index) => index >= from && byte >= 0xc0);
      return start === -1 ? undefined : start + 1;
    }
    if (cut.kind !== "between events" && cut.kind !== "within an event") return undefined;
    for (let at = this.#behind("\n\n", chunk, 0); at !== undefined; at = this.#behind("\n\n", chunk, at)) {
      this.#events += 1;
      if (this.#events === cut.events) return cut.kind === "within an event" ? at + cut.bytes : at;
    }
    return undefined;
  }

  /** The first place in the chunk, behind another, at which a mark is complete. */
  #behind(mark: string, chunk: Buffer, after: number): number | undefined {
    const before = this.#tail.length;
    const at = Buffer.concat([this.#tail, chunk]).indexOf(mark, Math.max(0, before + after - mark.length + 1));
    return at === -1 ? undefined : at + mark.length - before;
  }
}

const MARK_BYTES_MAX = 3;
