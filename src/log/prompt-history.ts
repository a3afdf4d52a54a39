import type { Message, NewEvent, RunEvent } from "../domain/index.ts";
import { canonicalJson, equalJson, type Json } from "../kernel/index.ts";

/** The last prompt of a log, message by message, as comparable texts. */
export type PromptHistory = readonly string[];

export const NO_PROMPT: PromptHistory = [];

/** The prompt history of a log that is gone on with. */
export function promptHistoryOf(events: readonly RunEvent[]): PromptHistory {
  return events.reduce((history, event) => afterEvent(event, history), NO_PROMPT);
}

/**
 * A conversation's prompts repeat each other: only what is new goes into the log.
 * @param event any event; a model call may hold its whole prompt (`keptCount: 0`)
 */
export function shortenPrompt(event: NewEvent, history: PromptHistory): { event: NewEvent; history: PromptHistory } {
  if (event.type !== "model.called" || event.keptCount > 0) return { event, history: afterEvent(event, history) };
  const texts = event.added.map(textOf);
  const firstNew = texts.findIndex((text, index) => text !== history[index]);
  const keptCount = firstNew === -1 ? texts.length : firstNew;
  return { event: { ...event, keptCount, added: event.added.slice(keptCount) }, history: texts };
}

function afterEvent(event: NewEvent, history: PromptHistory): PromptHistory {
  return event.type === "model.called" ? [...history.slice(0, event.keptCount), ...event.added.map(textOf)] : history;
}

/** How many messages at its beginning a prompt has in common with the one before it. */
export function sharedCount(before: readonly Message[], prompt: readonly Message[]): number {
  const firstNew = prompt.findIndex((message, index) => !isSameMessage(message, before[index]));
  return firstNew === -1 ? prompt.length : firstNew;
}

function isSameMessage(left: Message, right: Message | undefined): boolean {
  return left === right || (right !== undefined && equalJson(left as unknown as Json, right as unknown as Json));
}

function textOf(message: Message): string {
  return canonicalJson(message as unknown as Json);
}
