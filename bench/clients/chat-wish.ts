import type { UIMessage } from "ai";

/** What the chat page is to do. */
export interface ChatWish {
  readonly chatId: string;
  readonly agent: string;
  readonly text: string;
  /** At which broken connections, counted from 1, the user reloads the page instead of waiting. */
  readonly reloadsAtFailure: readonly number[];
}

/** What its user sees in the end. */
export interface ChatOutcome {
  readonly chatId: string;
  readonly messages: readonly UIMessage[];
  /** The text in the document. */
  readonly shownText: string;
  readonly requests: number;
}
