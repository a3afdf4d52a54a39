import { z } from "zod";
import type { Message } from "../../domain/index.ts";
import { AegisError, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { sessionHistory } from "../../runtime/index.ts";
import { defineCommand } from "../command.ts";

export const sessionShow = defineCommand({
  name: "session show",
  summary: "Show what was said in a session.",
  arguments: [{ name: "session", summary: "id of the session" }],
  flags: z.strictObject({ json: z.boolean().default(false).describe("print the messages as JSON lines") }),
  examples: [{ line: "aegis session show 01JCK7...", does: "the conversation so far" }],
  async run({ flags, args, app, terminal }) {
    const store = await app.store();
    const session = await store.findSession(args[0] ?? "");
    if (!session) throw new AegisError("session.not_found", `There is no session ${JSON.stringify(args[0])}`);
    const messages = await sessionHistory(store, { sessionId: session.id, position: Number.MAX_SAFE_INTEGER });
    for (const message of messages) {
      terminal.out(flags.json ? jsonLine(message) : `${escapeTerminal(lineOf(message))}\n`);
    }
    return 0;
  },
});

function lineOf(message: Message): string {
  if (message.role === "tool") return `${message.tool} returned ${JSON.stringify(message.result)}`;
  const calls = message.role === "assistant" ? (message.toolRequests ?? []) : [];
  const called = calls.map((call) => `calls ${call.tool} ${JSON.stringify(call.arguments)}`);
  return `${message.role}: ${[message.content, ...called].filter((part) => part !== "").join(" | ")}`;
}
