// A small chat application, as people write them with `useChat`: it keeps its messages over reloads, resumes what
// broke off, and sends again what never arrived. Bundled for the browser.
import { Chat, useChat } from "@ai-sdk/react";
import { DefaultChatTransport, type UIMessage } from "ai";
import { createElement, useEffect, useRef } from "react";
import { createRoot } from "react-dom/client";
import type { ChatOutcome, ChatWish } from "./chat-wish.ts";

declare global {
  interface Window {
    readonly chatWish: ChatWish;
    readonly tellOutcome: (outcome: ChatOutcome) => void;
  }
}

interface Kept {
  readonly messages: UIMessage[];
  readonly requests: number;
  readonly failures: number;
}

const LOOK_MS = 20;

function start(): void {
  const wish = window.chatWish;
  let kept = readKept();
  const keep = (change: Partial<Kept>) => {
    kept = { ...kept, ...change };
    sessionStorage.setItem(wish.chatId, JSON.stringify(kept));
  };
  let underWay = 0;
  /** Tells nothing about the answer; only whether the application waits for one. */
  const watched: typeof fetch = async (...request) => {
    underWay += 1;
    keep({ requests: kept.requests + 1 });
    try {
      return await fetch(...request);
    } finally {
      underWay -= 1;
    }
  };
  const transport = new DefaultChatTransport<UIMessage>({
    api: "/v1/chat",
    body: { agent: wish.agent },
    fetch: watched,
  });
  const chat = new Chat<UIMessage>({ id: wish.chatId, messages: kept.messages, transport });
  const isReopened = kept.requests > 0;

  const goOn = (shown: readonly UIMessage[]): "over" | "going" => {
    const last = chat.lastMessage;
    if (underWay > 0 || chat.status === "submitted" || chat.status === "streaming") return "going";
    if (chat.status === "error") {
      keep({ failures: kept.failures + 1 });
      if (wish.reloadsAtFailure.includes(kept.failures)) location.reload();
      else void (last?.role === "assistant" ? chat.resumeStream() : chat.sendMessage());
      return "going";
    }
    if (last?.role === "assistant") return shown === chat.messages ? "over" : "going";
    void (last === undefined ? chat.sendMessage({ text: wish.text }) : chat.sendMessage());
    return "going";
  };

  const App = () => {
    const { messages } = useChat({ chat, resume: isReopened });
    const shown = useRef(messages);
    shown.current = messages;
    useEffect(() => keep({ messages }), [messages]);
    useEffect(() => {
      const looking = setInterval(() => {
        if (goOn(shown.current) === "going") return;
        clearInterval(looking);
        const { requests } = kept;
        const shownText = document.querySelector("#answer")?.textContent ?? "";
        window.tellOutcome({ chatId: wish.chatId, messages: shown.current, shownText, requests });
      }, LOOK_MS);
      return () => clearInterval(looking);
    }, []);
    const texts = messages.at(-1)?.parts.map((part) => (part.type === "text" ? part.text : "")) ?? [];
    return createElement("main", { id: "answer" }, texts.join(""));
  };
  createRoot(document.body).render(createElement(App));

  function readKept(): Kept {
    const text = sessionStorage.getItem(wish.chatId);
    return text === null ? { messages: [], requests: 0, failures: 0 } : (JSON.parse(text) as Kept);
  }
}

start();
