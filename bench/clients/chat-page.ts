// A small chat page, as people make them with `useChat`. Bundled for the browser.
import { useChat } from "@ai-sdk/react";
import { createElement, useEffect, useRef } from "react";
import { createRoot } from "react-dom/client";
import { ChatApplication } from "./chat-application.ts";
import { browser } from "./chat-browser.ts";

const LOOK_MS = 20;

function ChatPage({ application }: { readonly application: ChatApplication }) {
  const { messages } = useChat({ chat: application.chat, resume: application.isReopened });
  const shown = useRef(messages);
  shown.current = messages;
  useEffect(() => application.keepMessages(messages), [application, messages]);
  useEffect(() => {
    const looking = setInterval(() => {
      // Over when all that the chat holds is shown.
      if (!application.goOn() || shown.current !== application.chat.messages) return;
      clearInterval(looking);
      const shownText = browser.document.querySelector("#answer")?.textContent ?? "";
      const { chat, requests } = application;
      browser.tellOutcome({ chatId: chat.id, messages: shown.current, shownText, requests });
    }, LOOK_MS);
    return () => clearInterval(looking);
  }, [application]);
  const texts = messages.at(-1)?.parts.map((part) => (part.type === "text" ? part.text : "")) ?? [];
  return createElement("main", { id: "answer" }, texts.join(""));
}

const application = new ChatApplication(browser.chatWish);
createRoot(browser.document.body).render(createElement(ChatPage, { application }));
