import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport } from "ai";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
console.log(useChat, DefaultChatTransport, createElement, createRoot);
