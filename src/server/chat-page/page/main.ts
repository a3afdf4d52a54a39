import { ChatPage } from "./chat-page.ts";

/** The page's entry. */
new ChatPage().start();
