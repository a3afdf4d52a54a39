import { z } from "zod";
import { anyJson, priceIfAny, textIfAny } from "./optional-json.ts";
import type { FlatMessage } from "./pair-tool-results.ts";
import { parseArguments } from "./parse-arguments.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { readContent } from "./read-chat-messages.ts";
import { readUsage } from "./read-usage.ts";

const toolMessageShape = {
  role: z.literal("tool"),
  id: textIfAny,
  content: anyJson,
  requestor: z.string().nullish(),
  error: z.boolean().nullish(),
  timestamp: textIfAny,
};

export const tau2MessageSchema = z.discriminatedUnion("role", [
  z.object({
    role: z.enum(["system", "user", "assistant"]),
    content: anyJson,
    tool_calls: z
      .array(z.object({ id: textIfAny, name: z.string(), arguments: anyJson, requestor: z.string().nullish() }))
      .nullish(),
    reasoning: textIfAny,
    timestamp: textIfAny,
    cost: priceIfAny,
    usage: anyJson,
    raw_data: z.looseObject({ model: textIfAny }).nullish().catch(null),
  }),
  z.object({ ...toolMessageShape, tool_messages: z.array(z.object(toolMessageShape)).nullish() }),
]);
type Tau2Message = z.infer<typeof tau2MessageSchema>;
type Spoken = Exclude<Tau2Message, { role: "tool" }>;
type ToolMessage = Extract<Tau2Message, { role: "tool" }>;

/** The agent's side of the conversation; results of several calls that are packed into one message are unpacked. */
export function flattenTau2Messages(messages: readonly Tau2Message[]): {
  readonly messages: FlatMessage[];
  readonly userToolCallCount: number;
} {
  let userToolCallCount = 0;
  const flat: FlatMessage[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") flat.push(...readResults(message));
    else {
      const userCalls = (message.tool_calls ?? []).filter((call) => isUsers(message.role, call.requestor));
      userToolCallCount += userCalls.length;
      if (message.role === "assistant") flat.push(readAnswer(message, index === 0));
      else if (userCalls.length === 0 || readContent(message.content) !== "")
        flat.push(readPrompt(message, message.role));
    }
  }
  return { messages: flat, userToolCallCount };
}

function isUsers(role: Spoken["role"], requestor: string | null | undefined): boolean {
  return requestor === "user" || (!requestor && role === "user");
}

function readResults(message: ToolMessage): FlatMessage[] {
  const parts = message.tool_messages ?? [message];
  return parts
    .filter((part) => (part.requestor ?? message.requestor) !== "user")
    .map((part) => ({
      role: "tool",
      id: part.id ?? null,
      content: readContent(part.content),
      isError: part.error ?? false,
      atMs: parseRecordedTime(part.timestamp ?? message.timestamp),
    }));
}

function readPrompt(message: Spoken, role: "system" | "user"): FlatMessage {
  return { role, content: readContent(message.content), atMs: parseRecordedTime(message.timestamp) };
}

function readAnswer(message: Spoken, isFirst: boolean): FlatMessage {
  const usage = readUsage(message.usage);
  const calls = (message.tool_calls ?? []).filter((call) => !isUsers("assistant", call.requestor));
  return {
    role: "assistant",
    content: readContent(message.content),
    calls: calls.map((call) => ({ id: call.id ?? null, tool: call.name, arguments: parseArguments(call.arguments) })),
    atMs: parseRecordedTime(message.timestamp),
    // The framework opens with a fixed greeting: no prompt stood before it and no tokens were counted.
    isFromModel: !(isFirst && !usage && calls.length === 0),
    costUsd: knownCost(message.cost, usage !== undefined),
    ...(message.reasoning && { reasoning: message.reasoning }),
    ...(message.raw_data?.model && { model: message.raw_data.model }),
    ...(usage && { usage }),
  };
}

/** Tools that do not know a model's price record 0: tokens that cost nothing have an unknown price. */
export function knownCost(costUsd: number | null | undefined, usedTokens: boolean): number | null {
  if (costUsd === null || costUsd === undefined) return null;
  return costUsd === 0 && usedTokens ? null : costUsd;
}
