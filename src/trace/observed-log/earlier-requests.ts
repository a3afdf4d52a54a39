import type { ToolRequest } from "../../domain/index.ts";
import type { ModelEffect } from "./effect.ts";
import { type Request, signatureOf } from "./request.ts";

/** Requests by what they ask for, put in order when they are first looked for: most prompts tell the ids of their calls. */
export class EarlierRequests {
  readonly #requests: readonly Request[];
  #bySignature: ReadonlyMap<string, readonly Request[]> | undefined;

  /** @param requests in the order in which they were made */
  constructor(requests: readonly Request[]) {
    this.#requests = requests;
  }

  /** Takes what was asked for before a model call, the earliest first, each once. */
  before(model: ModelEffect): (told: ToolRequest) => Request | undefined {
    this.#bySignature ??= Map.groupBy(this.#requests, ({ told }) => signatureOf(told));
    const bySignature = this.#bySignature;
    const taken = new Map<string, number>();
    return (told) => {
      const signature = signatureOf(told);
      const alike = bySignature.get(signature) ?? [];
      let at = taken.get(signature) ?? 0;
      while (at < alike.length && !isBefore(alike[at]!, model)) at += 1;
      taken.set(signature, at + 1);
      return alike[at];
    };
  }
}

function isBefore({ by }: Request, model: ModelEffect): boolean {
  return by !== model && by.startNs <= model.startNs;
}
