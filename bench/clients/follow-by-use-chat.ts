import { existsSync } from "node:fs";
import { Chat } from "@ai-sdk/react";
import { DefaultChatTransport, type UIMessage } from "ai";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { bundleChatPage } from "./bundle-chat-page.ts";
import type { ChatOutcome, ChatWish } from "./chat-wish.ts";
import { type ClientDriver, type Followed, type FollowTask, RefusedError, type Told } from "./client-driver.ts";

const CHROMIUM = "/usr/bin/chromium";
const PAGE_PATH = "/bench-chat";
/** So often at most that a run ends. */
const FAILURES_LOOKED_AT = 30;
const RELOAD_SHARE = 0.25;

/** The real hook in a real browser; the page comes from here, everything else through the way that is cut. */
export async function openUseChatDriver(): Promise<ClientDriver> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: sudo apt-get install chromium`);
  const code = await bundleChatPage();
  // Chromium's own sandbox does not work for root.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  return {
    name: "useChat",
    lanes: 2,
    follow: (task) => followByUseChat(browser, code, task),
    readWhole: async (url, _, task) => partsAsTold(await readWholeMessage(url, task)),
    close: () => browser.close(),
  };
}

async function followByUseChat(browser: Browser, code: string, task: FollowTask): Promise<Followed> {
  const context = await browser.newContext();
  try {
    const outcome = await talk(context, code, task);
    const message = outcome.messages.at(-1);
    if (outcome.messages.length !== 2 || message === undefined) {
      throw new RefusedError(`useChat shows ${outcome.messages.length} messages: ${JSON.stringify(outcome.messages)}`);
    }
    const { runId } = placeOf(message);
    const { shownText: answer, requests } = outcome;
    return { runId, told: partsAsTold(message), reconnects: requests - 1, answer };
  } finally {
    await context.close();
  }
}

async function talk(context: BrowserContext, code: string, task: FollowTask): Promise<ChatOutcome> {
  const { url, key: chatId, agent, message: text, random, signal } = task;
  const over = Promise.withResolvers<ChatOutcome>();
  const failures = Array.from({ length: FAILURES_LOOKED_AT }, (_, index) => index + 1);
  const wish: ChatWish = { chatId, agent, text, reloadsAtFailure: failures.filter(() => random() < RELOAD_SHARE) };
  const script = `window.chatWish = ${JSON.stringify(wish)};\n${code}`;
  const page = await context.newPage();
  await page.route(`**${PAGE_PATH}`, (route) =>
    route.fulfill({ contentType: "text/html", body: `<!doctype html><title>Chat</title><body></body>` }),
  );
  await page.exposeFunction("tellOutcome", (outcome: ChatOutcome) => over.resolve(outcome));
  page.on("pageerror", (error) => over.reject(error));
  page.on("load", () => void page.addScriptTag({ content: script, type: "module" }).catch(() => undefined));
  const giveUp = () => over.reject(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await page.goto(`${url}${PAGE_PATH}`);
    return await over.promise;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** The message as a client gets it that was never cut, and reads it in one go. */
async function readWholeMessage(url: string, { key, agent }: FollowTask): Promise<UIMessage> {
  const chat = new Chat<UIMessage>({
    id: key,
    transport: new DefaultChatTransport({ api: `${url}/v1/chat`, body: { agent } }),
  });
  await chat.resumeStream();
  if (chat.error) throw chat.error;
  const message = chat.lastMessage;
  if (message === undefined) throw new Error(`there is no message in chat ${key}`);
  return message;
}

/** The message's id, then its parts. */
function partsAsTold({ id, role, parts }: UIMessage): readonly Told[] {
  return [{ id, role }, ...parts].map((content, place) => ({ place, content }));
}

function placeOf({ id }: UIMessage): { readonly runId: string } {
  const runId = /^msg_([0-9A-Z]{26})$/.exec(id)?.[1];
  if (runId === undefined) throw new RefusedError(`the message is called ${id}`);
  return { runId };
}
