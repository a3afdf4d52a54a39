import type { PlannedCut } from "./cut-plan.ts";

/** Finds the planned place in the bytes of a connection, chunk after chunk. */
export class CutFinder {
  readonly #cut: PlannedCut;
  #passed = 0;
  #events = 0;
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
    if (place === undefined || place <= chunk.length) return place;
    this.#left = place - chunk.length;
    return undefined;
  }

  #search(chunk: Buffer): number | undefined {
    const cut = this.#cut;
    if (cut.kind === "after the headers") return behind(chunk, "\r\n\r\n");
    if (cut.kind === "within a character") {
      const from = Math.max(0, cut.bytes - this.#passed);
      const start = chunk.findIndex((byte, index) => index >= from && byte >= 0xc0);
      return start === -1 ? undefined : start + 1;
    }
    if (cut.kind !== "between events" && cut.kind !== "within an event") return undefined;
    for (let at = behind(chunk, "\n\n"); at !== undefined; at = behind(chunk, "\n\n", at)) {
      this.#events += 1;
      if (this.#events === cut.events) return cut.kind === "within an event" ? at + cut.bytes : at;
    }
    return undefined;
  }
}

function behind(chunk: Buffer, text: string, from = 0): number | undefined {
  const at = chunk.indexOf(text, from);
  return at === -1 ? undefined : at + text.length;
}
