import { invariant } from "../../src/kernel/index.ts";
import { textKey } from "./python-operations.ts";
import type { RecordTable } from "./record-table.ts";
import { copyValue, isSameState, type Value, type ValueObject } from "./value.ts";

export type Tables = Readonly<Record<string, RecordTable>>;

export interface RecordChange {
  readonly table: string;
  readonly id: string;
  /** Absent where the record is new. */
  readonly before?: ValueObject;
  readonly after: ValueObject;
}

/** The state of one episode: the shared tables below, and on top the records this episode has taken for itself. */
export class State {
  readonly #tables: Tables;
  readonly #own = new Map<string, Map<string, ValueObject>>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** For reading only: the record may be the shared one. */
  find(table: string, id: Value): ValueObject | undefined {
    const key = textKey(id);
    return key === undefined ? undefined : (this.#own.get(table)?.get(key) ?? this.#table(table).get(key));
  }

  /** For writing: the episode's own copy, made on the first call. References from an earlier `find` are stale. */
  change(table: string, id: string): ValueObject {
    const own = this.#own.get(table)?.get(id);
    if (own !== undefined) return own;
    const shared = this.#table(table).get(id);
    invariant(shared !== undefined, `only a record that was found is changed, not ${table} ${id}`);
    const copy = copyValue(shared);
    this.put(table, id, copy);
    return copy;
  }

  put(table: string, id: string, record: ValueObject): void {
    const records = this.#own.get(table) ?? new Map<string, ValueObject>();
    this.#own.set(table, records.set(id, record));
  }

  /** Current records with their ids, in file order, new ones last. For reading only. */
  *records(table: string): Iterable<[id: string, record: ValueObject]> {
    const shared = this.#table(table);
    const own = this.#own.get(table);
    for (const id of shared.ids()) {
      const record = own?.get(id) ?? shared.get(id);
      if (record !== undefined) yield [id, record];
    }
    for (const [id, record] of own ?? []) if (!shared.has(id)) yield [id, record];
  }

  /** The records that differ from the shared ones, in the order they were first written. */
  changes(): RecordChange[] {
    return this.touched().flatMap(({ table, id }) => {
      const before = this.#tables[table]?.get(id);
      const after = this.find(table, id);
      if (after === undefined || isSameState(before, after)) return [];
      return [before === undefined ? { table, id, after } : { table, id, before, after }];
    });
  }

  touched(): { table: string; id: string }[] {
    return [...this.#own].flatMap(([table, records]) => [...records.keys()].map((id) => ({ table, id })));
  }

  equals(other: State): boolean {
    return this.differences(other).length === 0;
  }

  /** Untouched records are the same shared ones on both sides, so only touched ones are compared. */
  differences(other: State): { table: string; id: string }[] {
    const mine = this.touched();
    const theirs = other.touched().filter(({ table, id }) => !this.#own.get(table)?.has(id));
    return [...mine, ...theirs].filter(({ table, id }) => !isSameState(this.find(table, id), other.find(table, id)));
  }

  #table(name: string): RecordTable {
    const table = this.#tables[name];
    invariant(table !== undefined, `tools name existing tables, not ${name}`);
    return table;
  }
}
