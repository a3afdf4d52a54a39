import { setImmediate } from "node:timers";
import { AegisError } from "../kernel/index.ts";

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: AegisError) => void;
}

/**
 * Hands answers to the code in the order in which the log holds them, one in each turn of the event loop. Code that
 * goes on from parallel calls then makes its next calls in the recorded order, although answers from a log take no time.
 * Answers that are not recorded yet wait until the recorded ones have been handed over; one that comes alone, with
 * none handed over a moment ago, has nothing to wait for.
 */
export class ReplayOrder {
  /** Sequence numbers of the recorded events that must be used up, in order. */
  readonly #recorded: readonly number[];
  readonly #used = new Set<number>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #stallMs: number;
  #at = 0;
  #isReleasing = false;
  /** No answer was handed over in this turn of the event loop or the two before, and none is about to be. */
  #isQuiet = true;
  #stall: NodeJS.Timeout | undefined;

  constructor(recorded: readonly number[], stallMs: number) {
    this.#recorded = recorded;
    this.#stallMs = stallMs;
  }

  /** The code has made the call that was recorded at `seq`. */
  use(seq: number): void {
    this.#used.add(seq);
    this.#goOn();
  }

  /** Resolves when it is the turn of the answer at `seq`. */
  turn(seq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(seq, { resolve, reject });
      this.#goOn();
    });
  }

  #goOn(): void {
    clearTimeout(this.#stall);
    if (this.#waiting.size === 0 || this.#isReleasing) return;
    const seq = this.#nextTurn();
    if (seq === undefined) this.#stall = setTimeout(() => this.#giveUp(), this.#stallMs);
    else if (this.#isQuiet && this.#at >= this.#recorded.length) this.#release(seq);
    else {
      this.#isReleasing = true;
      setImmediate(() => this.#release(seq));
    }
  }

  #nextTurn(): number | undefined {
    while (this.#at < this.#recorded.length && this.#used.has(this.#recorded[this.#at] ?? -1)) this.#at += 1;
    const next = this.#recorded[this.#at];
    if (next === undefined) return this.#waiting.keys().next().value;
    return this.#waiting.has(next) ? next : undefined;
  }

  #release(seq: number): void {
    this.#waiting.get(seq)?.resolve();
    this.#waiting.delete(seq);
    this.#used.add(seq);
    this.#isQuiet = false;
    this.#isReleasing = true;
    // Whoever got this answer makes the next calls before another is handed over.
    setImmediate(() => {
      this.#isReleasing = false;
      this.#goOn();
      // As far apart as recorded answers are: what the code does in between must fit in there the first time, too.
      setImmediate(() => (this.#isQuiet = !this.#isReleasing));
    });
  }

  #giveUp(): void {
    const seq = this.#recorded[this.#at] ?? -1;
    const error = new AegisError(
      "log.journal_mismatch",
      `The code has not made the call that the log holds at ${seq}`,
      {
        details: { seq },
      },
    );
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
