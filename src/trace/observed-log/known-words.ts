import type { Message } from "../../domain/index.ts";

/** What the user is known to have said in one conversation. */
export class KnownWords {
  /** As long as every prompt goes on from the one before, the last one holds all there is. */
  #last: readonly Message[];
  /** After that: how often each text stood in the prompt that held it most often. */
  #counts: Map<string, number> | undefined;

  /** @param request what is known beside the prompt */
  constructor(prompt: readonly Message[], request: readonly string[]) {
    this.#last = prompt;
    const beside = request.filter((text) => !saysFrom(prompt, 0, text));
    if (beside.length === 0) return;
    this.#counts = countWords(prompt);
    for (const text of beside) this.#counts.set(text, 1);
  }

  /** What stands at the end of a prompt and was not known; it is known from then on. */
  freshIn(prompt: readonly Message[]): string[] {
    const words = lastWords(prompt);
    if (this.#counts === undefined && goesOnFrom(this.#last, prompt)) {
      const from = this.#last.length;
      this.#last = prompt;
      return words.filter((text) => saysFrom(prompt, from, text));
    }
    const known = (this.#counts ??= countWords(this.#last));
    const counts = countWords(prompt);
    const fresh = words.filter((text) => (counts.get(text) ?? 0) > (known.get(text) ?? 0));
    for (const [text, times] of counts) known.set(text, Math.max(times, known.get(text) ?? 0));
    return fresh;
  }
}

/** What the user said last in a conversation: all since the last answer. */
export function lastWords(messages: readonly Message[]): string[] {
  const from = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  const words: string[] = [];
  for (let at = from; at < messages.length; at += 1) {
    const message = messages[at];
    if (message?.role === "user" && message.content !== "") words.push(message.content);
  }
  return words;
}

/** Conversations that grow share their messages. */
function goesOnFrom(before: readonly Message[], prompt: readonly Message[]): boolean {
  return before.length <= prompt.length && before.every((message, index) => message === prompt[index]);
}

function saysFrom(prompt: readonly Message[], from: number, text: string): boolean {
  for (let at = from; at < prompt.length; at += 1) {
    const message = prompt[at];
    if (message?.role === "user" && message.content === text) return true;
  }
  return false;
}

function countWords(messages: readonly Message[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const message of messages) {
    if (message.role === "user") counts.set(message.content, (counts.get(message.content) ?? 0) + 1);
  }
  return counts;
}
