import { CHARACTER_MARKS, isLongRun, nextInRun } from "./packed-runs.ts";
import { ENDINGS, nextEnding } from "./trigrams.ts";

const BYTES_AT_ONCE = 16 * 1024;
const COPIED_MIN = 48;

/** Goes along a text and stops where something may be telling. Most of the time of all looking is spent in here. */
export class LookAlong {
  /** The place it stopped at. */
  at = 0;
  /** Of `ENDINGS`, where the last three letters may tell something; else 0. */
  ending = 0;
  #text = "";
  #letters = 0;
  #run = 0;
  readonly #buffer = Buffer.alloc(BYTES_AT_ONCE);
  /** The same memory: part of the text, of each character its code, or some other where that is beyond a byte. */
  readonly #bytes = new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset, BYTES_AT_ONCE);
  #bytesFrom = 0;
  #bytesTo = 0;

  /** Whether it stands in a run that may be base64. */
  get isInLongRun(): boolean {
    return isLongRun(this.#run);
  }

  begin(text: string, from: number): void {
    this.#text = text;
    this.at = from - 1;
    this.#letters = 0;
    this.#run = 0;
    this.#bytesTo = from;
  }

  /** @returns false behind the end */
  next(): boolean {
    const { length } = this.#text;
    this.at += 1;
    while (this.at < length) {
      if (this.at >= this.#bytesTo) this.#read();
      if (this.#nextInBytes()) return true;
    }
    return false;
  }

  /** Copies the next part: reading a character there costs a fraction of reading it in its text. */
  #read(): void {
    const text = this.#text;
    const count = Math.min(text.length - this.at, BYTES_AT_ONCE);
    this.#bytesFrom = this.at;
    this.#bytesTo = this.at + count;
    if (count >= COPIED_MIN) {
      this.#buffer.write(count === text.length ? text : text.slice(this.at, this.#bytesTo), "latin1");
    } else for (let index = 0; index < count; index += 1) this.#bytes[index] = text.charCodeAt(this.at + index);
  }

  #nextInBytes(): boolean {
    // All that the loop needs, at hand.
    const [bytes, marks, endings] = [this.#bytes, CHARACTER_MARKS, ENDINGS];
    const count = this.#bytesTo - this.#bytesFrom;
    let letters = this.#letters;
    let run = this.#run;
    let index = this.at - this.#bytesFrom;
    let ending = 0;
    for (; index < count; index += 1) {
      const mark = marks[bytes[index] ?? 0] ?? 0;
      letters = nextEnding(letters, mark);
      run = nextInRun(run, mark);
      ending = endings[letters] ?? 0;
      if (ending !== 0 || isLongRun(run)) break;
    }
    this.#letters = letters;
    this.#run = run;
    this.ending = ending;
    this.at = this.#bytesFrom + index;
    return index < count;
  }
}
