import type { RecordedTake, RecordedToolCall } from "../../domain/index.ts";
import { canonicalJson, type Json } from "../../kernel/index.ts";

/** Goes along with the calls of a trial in one recorded run: equal calls are answered in their recorded order. */
export class TakePlayer {
  readonly take: RecordedTake;
  readonly calls: readonly RecordedToolCall[];
  /** Calls of the trial that this run holds. */
  matchedCount = 0;
  /** Those among them that came in the recorded order. */
  inOrderCount = 0;
  readonly #waiting = new Map<string, number[]>();
  #lastIndex = -1;

  constructor(take: RecordedTake) {
    this.take = take;
    this.calls = take.turns.flatMap(({ steps }) =>
      steps.flatMap((step) => ("tool" in step && !step.byFault ? [step] : [])),
    );
    for (const [index, call] of this.calls.entries()) {
      const key = keyOf(call);
      const waiting = this.#waiting.get(key);
      if (waiting) waiting.push(index);
      else this.#waiting.set(key, [index]);
    }
  }

  /** The next recording of such a call, used up by this; undefined where there is none left. */
  next(call: { readonly tool: string; readonly arguments: Json }): RecordedToolCall | undefined {
    const index = this.#waiting.get(keyOf(call))?.shift();
    if (index === undefined) return undefined;
    this.matchedCount += 1;
    if (index > this.#lastIndex) this.inOrderCount += 1;
    this.#lastIndex = index;
    return this.calls[index];
  }

  /** Recordings that were not used, in their order. */
  unused(): RecordedToolCall[] {
    const indexes = [...this.#waiting.values()].flat().sort((left, right) => left - right);
    return indexes.flatMap((index) => this.calls[index] ?? []);
  }
}

function keyOf({ tool, arguments: given }: { readonly tool: string; readonly arguments: Json }): string {
  return `${tool} ${canonicalJson(given)}`;
}
