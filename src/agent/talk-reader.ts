import { equalJson } from "../kernel/index.ts";
import type { AssistantMessage, Message, NewEvent } from "../domain/index.ts";

type Unstamped<Event> = Event extends unknown ? Omit<Event, "atMs" | "witness"> : never;

/**
 * Reads off prompts and answers what a user said and was told. The first conversation seen is the one with the user: a
 * prompt with other instructions that shares none of its messages is an agent's own call of another model.
 */
export class TalkReader {
  #instructions: readonly string[] | undefined;
  #told: readonly string[] = [];

  received(prompt: readonly Message[]): Unstamped<NewEvent<"message.received">>[] {
    const said = textsOf(prompt, "user");
    const known = overlap(this.#told, said);
    if (known === 0 && !this.#isOurs(prompt)) return [];
    this.#instructions = textsOf(prompt, "system");
    const added = said.slice(known);
    this.#told = [...this.#told, ...added];
    return added.map((content) => ({ type: "message.received", from: "user", content }));
  }

  /** An answer without tool requests is what the user is told. */
  sent(
    prompt: readonly Message[],
    message: AssistantMessage | undefined,
  ): Unstamped<NewEvent<"message.sent">> | undefined {
    if (!message || message.toolRequests || !this.#isOurs(prompt)) return undefined;
    return { type: "message.sent", content: message.content };
  }

  #isOurs(prompt: readonly Message[]): boolean {
    return this.#instructions === undefined || equalJson(this.#instructions, textsOf(prompt, "system"));
  }
}

function textsOf(prompt: readonly Message[], role: "user" | "system"): string[] {
  return prompt.flatMap((message) => (message.role === role ? [message.content] : []));
}

/** How many texts at the beginning of a prompt are the last ones told: agents drop old messages from the front. */
function overlap(told: readonly string[], said: readonly string[]): number {
  for (let count = Math.min(told.length, said.length); count > 0; count -= 1) {
    const isSame = told.slice(-count).every((text, index) => text === said[index]);
    if (isSame) return count;
  }
  return 0;
}
