import type { Message } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";

/** Items of a conversation that were read, so that the next telling of it can go on from there. */
export interface ReadItems {
  readonly messages: readonly Message[];
  /** The last item was a part of an answer, which the next item may go on with. */
  readonly endsInAnswerItem: boolean;
  /** Tools that stand among the messages. */
  readonly declarations: readonly Json[];
}

export const NOTHING_READ: ReadItems = { messages: [], endsInAnswerItem: false, declarations: [] };

/** The same for every conversation that begins with it. */
interface Known {
  /** The whole text. */
  readonly text: string;
  /** All of it but the bracket that closes the list. */
  readonly beginning: string;
  readonly read: ReadItems;
}

const KNOWN_MAX = 4;
const TEXT_LENGTH_MIN = 200;
/** What is kept in memory has an end. */
const TEXT_LENGTH_MAX = 2 * 1024 * 1024;

/**
 * Every prompt of a conversation repeats the ones before it and adds to them: what a list of messages, written as JSON,
 * has in common with one of those read last is not read again, and its messages are the very same objects.
 */
export class GrownConversations {
  readonly #known: Known[] = [];

  /** Undefined where the text goes on from none that is known; `rest` is a JSON list of the items that are new. */
  find(text: string): { readonly read: ReadItems; readonly rest: string | undefined } | undefined {
    if (text.length < TEXT_LENGTH_MIN) return undefined;
    for (const [index, known] of this.#known.entries()) {
      if (known.text === text) return { read: known.read, rest: undefined };
      const { length } = known.beginning;
      // A comma behind the beginning: it ends with a whole item. (Comparing a slice is much faster than `startsWith`.)
      if (text[length] !== "," || text.slice(0, length) !== known.beginning) continue;
      this.#known.splice(index, 1);
      return { read: known.read, rest: `[${text.slice(length + 1)}` };
    }
    return undefined;
  }

  /** @param text a list of at least one item, without space around it */
  keep(text: string, read: ReadItems): void {
    if (text.length < TEXT_LENGTH_MIN || text.length > TEXT_LENGTH_MAX) return;
    this.#known.unshift({ text, beginning: text.slice(0, -1).trimEnd(), read });
    if (this.#known.length > KNOWN_MAX) this.#known.pop();
  }
}
