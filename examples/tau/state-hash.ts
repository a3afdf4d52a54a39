import { createHash } from "node:crypto";
import type { State, Tables } from "./state.ts";
import { compareByCodePoint } from "./value.ts";
import { hashedText, pairText } from "./value-text.ts";

/** Makes the SHA-256 of a whole state, as tau-bench records it. The texts of the shared records are made once. */
export function stateHasher(tables: Tables): (state: State) => string {
  const shared = Object.keys(tables)
    .sort(compareByCodePoint)
    .map((name) => ({ name, text: new TableText(tables, name) }));
  return (state) => {
    const hash = createHash("sha256").update("(");
    for (const [index, { name, text }] of shared.entries()) {
      hash.update(`${index === 0 ? "" : ", "}('${name}', (`);
      for (const piece of text.piecesIn(state)) hash.update(piece);
      hash.update("))");
    }
    return hash.update(")").digest("hex");
  };
}

const SEPARATOR = ", ";

/** The records of a table, each with the separator behind it, and where each begins. */
class TableText {
  readonly #name: string;
  readonly #ids: string[];
  readonly #starts: number[] = [];
  readonly #bytes: Buffer;

  constructor(tables: Tables, name: string) {
    this.#name = name;
    const table = tables[name];
    this.#ids = [...(table?.ids() ?? [])].sort(compareByCodePoint);
    const entries: Buffer[] = [];
    let length = 0;
    for (const id of this.#ids) {
      const entry = Buffer.from(pairText(id, hashedText(table?.get(id) ?? new Map())) + SEPARATOR);
      this.#starts.push(length);
      length += entry.length;
      entries.push(entry);
    }
    this.#starts.push(length);
    this.#bytes = Buffer.concat(entries, length);
  }

  piecesIn(state: State): Buffer[] {
    const changes = state.changes().filter(({ table }) => table === this.#name);
    const pieces: Buffer[] = [];
    let from = 0;
    for (const { id, after } of changes.toSorted((left, right) => compareByCodePoint(left.id, right.id))) {
      const place = this.#placeOf(id);
      const start = this.#starts[place] ?? this.#bytes.length;
      pieces.push(this.#bytes.subarray(from, start), Buffer.from(pairText(id, hashedText(after)) + SEPARATOR));
      from = this.#ids[place] === id ? (this.#starts[place + 1] ?? this.#bytes.length) : start;
    }
    pieces.push(this.#bytes.subarray(from));
    const filled = pieces.filter((piece) => piece.length > 0);
    const last = filled.pop();
    // A tuple of one keeps its comma: `(a,)`.
    const isOne = this.#ids.length + changes.filter(({ before }) => before === undefined).length === 1;
    return last === undefined ? [] : [...filled, last.subarray(0, last.length - (isOne ? 1 : SEPARATOR.length))];
  }

  /** Where the id stands, or would stand. */
  #placeOf(id: string): number {
    let [low, high] = [0, this.#ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareByCodePoint(this.#ids[middle] ?? "", id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
