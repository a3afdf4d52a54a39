import { Chat } from "@ai-sdk/react";
import { DefaultChatTransport, type UIMessage } from "ai";
import { browser } from "./chat-browser.ts";
import type { ChatWish } from "./chat-wish.ts";

interface Kept {
  readonly messages: UIMessage[];
  readonly requests: number;
  readonly failures: number;
}

/** What an application around `useChat` does: keeps its messages over reloads, resumes, sends again what was unheard. */
export class ChatApplication {
  readonly chat: Chat<UIMessage>;
  /** The page was loaded again in the middle of a conversation. */
  readonly isReopened: boolean;
  readonly #wish: ChatWish;
  #kept: Kept;
  #underWay = 0;
  #isWhole = false;

  constructor(wish: ChatWish) {
    this.#wish = wish;
    const text = browser.sessionStorage.getItem(wish.chatId);
    this.#kept = text === null ? { messages: [], requests: 0, failures: 0 } : (JSON.parse(text) as Kept);
    this.isReopened = this.#kept.requests > 0;
    this.chat = new Chat<UIMessage>({
      id: wish.chatId,
      messages: this.#kept.messages,
      transport: new DefaultChatTransport<UIMessage>({
        api: "/v1/chat",
        body: { agent: wish.agent },
        fetch: (...request) => this.#fetch(...request),
      }),
      // Without encryption, Chromium takes an answer whose headers were cut for an empty one: only its last chunk says
      // that a message is whole.
      onFinish: ({ finishReason }) => {
        this.#isWhole = finishReason !== undefined;
      },
    });
  }

  get requests(): number {
    return this.#kept.requests;
  }

  keepMessages(messages: UIMessage[]): void {
    this.#keep({ messages });
  }

  /** Does the next thing where nothing goes on by itself. @returns true once the message is whole */
  goOn(): boolean {
    const { status, lastMessage } = this.chat;
    if (this.#underWay > 0 || status === "submitted" || status === "streaming") return false;
    if (status === "ready" && this.#isWhole) return true;
    if (lastMessage === undefined) void this.chat.sendMessage({ text: this.#wish.text });
    else this.#takeUp(lastMessage);
    return false;
  }

  #takeUp({ role }: UIMessage): void {
    this.#keep({ failures: this.#kept.failures + 1 });
    if (this.#wish.reloadsAtFailure.includes(this.#kept.failures)) browser.location.reload();
    else void (role === "assistant" ? this.chat.resumeStream() : this.chat.sendMessage());
  }

  /** Tells nothing about the answer; only whether one is waited for. */
  async #fetch(...request: Parameters<typeof fetch>): Promise<Response> {
    this.#underWay += 1;
    this.#keep({ requests: this.#kept.requests + 1 });
    try {
      return await fetch(...request);
    } finally {
      this.#underWay -= 1;
    }
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    browser.sessionStorage.setItem(this.#wish.chatId, JSON.stringify(this.#kept));
  }
}
