import type { Message, RunEvent } from "../domain/index.ts";

export interface Prompt {
  readonly effect: number;
  readonly attempt: number;
  /** Of the call. */
  readonly seq: number;
  readonly messages: readonly Message[];
}

/** What each model call of a log was given, put together again from the differences. */
export function prompts(events: readonly RunEvent[]): Prompt[] {
  const all: Prompt[] = [];
  for (const event of events) {
    if (event.type !== "model.called") continue;
    const kept = all.at(-1)?.messages.slice(0, event.keptCount) ?? [];
    const { effect, attempt, seq } = event;
    all.push({ effect, attempt, seq, messages: [...kept, ...event.added] });
  }
  return all;
}
