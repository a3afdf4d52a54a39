import type { ChatOutcome, ChatWish } from "./chat-wish.ts";

/** What the chat page uses of the browser, and of the program that drives it: the project's types are those of Node. */
interface ChatBrowser {
  readonly chatWish: ChatWish;
  readonly tellOutcome: (outcome: ChatOutcome) => void;
  readonly document: {
    readonly body: Element;
    querySelector(selector: string): { readonly textContent: string } | null;
  };
  readonly location: { reload(): void };
  readonly sessionStorage: { getItem(name: string): string | null; setItem(name: string, text: string): void };
}

export const browser = globalThis as unknown as ChatBrowser;
