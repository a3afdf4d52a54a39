import { existsSync } from "node:fs";
import { createServer, type Socket, connect as connectTo } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { ToolLoopAgent, wrapLanguageModel } from "ai";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { z } from "zod";
import { type AgentOptions, defineTool } from "../src/agent/index.ts";
import { type Script, scripted } from "../src/model/index.ts";

const CHROMIUM = "/usr/bin/chromium";

export async function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`${CHROMIUM} is missing: \`npm test\` installs it, or do it with: sudo apt-get install chromium`);
  }
  // Chromium's own sandbox does not work for root.
  return chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

/** What the page must never do; told when the test looks. */
export function watchPage(page: Page) {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "127.0.0.1") complaints.push(`request to ${request.url()}`);
  });
  return {
    /** A browser itself notes each broken connection; nothing else may be there. */
    expectNone: () => {
      expect(
        complaints.filter((each) => !/Failed to load resource: net::ERR_.*\/v1\/runs\/\w+\/events\)$/.test(each)),
      ).toEqual([]);
    },
    complaints,
  };
}

/** A way to a server that can be cut: connections break, and new ones are refused while it is down. */
export async function openCuttable(targetUrl: string) {
  const { port: targetPort } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) return void client.destroy();
    const target = connectTo(Number(targetPort), "127.0.0.1");
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(target).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    down: () => {
      isDown = true;
      cut();
    },
    up: () => {
      isDown = false;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

export const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>\n\n\`\`\`html\n<b onclick="x">bold</b>\n\`\`\`\nDone & "well".`;
export const STORY = Array.from({ length: 60 }, (_, index) => `word${index} `)
  .join("")
  .trim();

/** An agent with a refund that needs approval, whose story comes word by word as the test lets it. */
export function refundAgent() {
  const refunds: unknown[] = [];
  /** Words that may be said; the story's rest waits. */
  let allowance = Number.POSITIVE_INFINITY;
  let wake = Promise.withResolvers<void>();
  const script: Script = {
    id: "refunds",
    rules: [
      { when: { lastTool: "refund_issue" }, then: { say: "The refund came back with {{lastResult}}" } },
      {
        when: { user: "refund" },
        then: {
          say: "Let me do that.",
          call: { tool: "refund_issue", arguments: { orderId: "W1", amountCents: 4_950 } },
        },
      },
      { when: { user: "story" }, then: { say: STORY } },
      { when: { user: "hostile" }, then: { say: HOSTILE } },
    ],
    fallback: { say: "Say refund, story or hostile." },
  };
  const model = wrapLanguageModel({
    model: scripted(script),
    middleware: {
      specificationVersion: "v4",
      wrapStream: async ({ doStream }) => {
        const result = await doStream();
        const slow = new TransformStream({
          async transform(part, controller) {
            if (part.type !== "text-delta") return controller.enqueue(part);
            for (const delta of part.delta.match(/\S+\s*/g) ?? []) {
              while (allowance <= 0) await wake.promise;
              allowance -= 1;
              controller.enqueue({ ...part, delta });
            }
          },
        });
        return { ...result, stream: result.stream.pipeThrough(slow) };
      },
    },
  });
  const refund = defineTool({
    name: "refund_issue",
    description: "Pays money back.",
    input: z.object({ orderId: z.string(), amountCents: z.number().int() }),
    risk: "irreversible",
    needsApproval: true,
    execute: (given) => {
      refunds.push(given);
      return { paid: given.amountCents };
    },
  });
  const agent: AgentOptions = {
    name: "refunder",
    version: "1",
    agent: () => new ToolLoopAgent({ model, tools: { refund_issue: refund } }),
  };
  const allow = (words: number) => {
    allowance = words;
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  return { agent, refunds, allow };
}
