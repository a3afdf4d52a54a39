import { AegisError } from "../../src/kernel/index.ts";
import { JsonSyntaxError, parseJson, sliceMembers } from "./parse-json.ts";
import { isObject, type ValueObject } from "./value.ts";

/**
 * The records of one table as they are in the data file: shared by all episodes, so nobody may change them.
 * @throws {AegisError} "import.bad_format" where the file is damaged, for the inside of a record when it is first read
 */
export class RecordTable {
  readonly #file: string;
  readonly #slices: ReadonlyMap<string, string>;
  readonly #records = new Map<string, ValueObject>();
  readonly #adapt: (record: ValueObject) => ValueObject;

  constructor(file: string, text: string, adapt: (record: ValueObject) => ValueObject = (record) => record) {
    this.#file = file;
    this.#slices = this.#intact("the file", () => sliceMembers(text));
    this.#adapt = adapt;
  }

  has(id: string): boolean {
    return this.#slices.has(id);
  }

  /** Ids in file order. */
  ids(): Iterable<string> {
    return this.#slices.keys();
  }

  get(id: string): ValueObject | undefined {
    const known = this.#records.get(id);
    if (known !== undefined) return known;
    const slice = this.#slices.get(id);
    if (slice === undefined) return undefined;
    const parsed = this.#intact(`record ${id}`, () => parseJson(slice));
    if (!isObject(parsed)) throw this.#damage(`record ${id} is no object`);
    const record = this.#adapt(parsed);
    this.#records.set(id, record);
    return record;
  }

  #intact<Result>(part: string, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw error instanceof JsonSyntaxError ? this.#damage(`in ${part}, ${error.message}`, error) : error;
    }
  }

  #damage(why: string, cause?: Error): AegisError {
    return new AegisError("import.bad_format", `${this.#file} is damaged: ${why}`, {
      cause,
      details: { file: this.#file },
    });
  }
}
