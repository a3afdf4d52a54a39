import type { ToolRequest } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import type { FaultAction } from "../fault.ts";
import { numberOf, textOf } from "../fault-parameters.ts";
import type { ModelReply } from "../model-disturbance.ts";

/** How a fault changes a model's answer; undefined for faults that change none. */
export function changeReply(action: FaultAction): ((reply: ModelReply) => ModelReply) | undefined {
  switch (action.kind) {
    case "content-filter":
      return (reply) => ({
        ...reply,
        text: cut(reply.text, numberOf(action, "share")),
        toolRequests: [],
        finishReason: "content-filter",
      });
    case "refusal":
      return (reply) => ({ ...reply, text: textOf(action, "text"), toolRequests: [], finishReason: "refusal" });
    case "max-tokens-in-tool-call":
      return (reply) => endAtLimit(reply, numberOf(action, "share"));
    case "malformed-arguments":
      // What a model that loses count of its brackets writes.
      return (reply) =>
        onCall(reply, (given) => ({ ...given, arguments: `${textOfArguments(given).replace(/\}$/, "")},,` }));
    case "empty-arguments":
      return (reply) => onCall(reply, (given) => ({ ...given, arguments: "" }));
    case "unknown-tool":
      return (reply) => onCall(reply, (given) => ({ ...given, tool: textOf(action, "tool") || `${given.tool}_v2` }));
    case "duplicate-tool-call-id":
      return (reply) => ({ ...reply, toolRequests: reply.toolRequests.flatMap((each) => [each, each]) });
    case "empty-content":
      return (reply) => ({ ...reply, text: "", toolRequests: [], finishReason: "stop" });
    case "model-changed":
      return (reply) => ({ ...reply, model: textOf(action, "model") || otherVersion(reply.model ?? "model") });
    case "usage-missing":
      return withoutUsage;
    case "cut-mid-token":
      return (reply) => ({
        ...reply,
        text: cut(reply.text, numberOf(action, "share")),
        toolRequests: [],
        finishReason: "other",
      });
    case "no-terminator":
      return (reply) => ({ ...reply, finishReason: "other" });
    case "duplicate-event":
      return (reply) => ({ ...reply, text: onWords(reply.text, numberOf(action, "share"), ([word]) => [word, word]) });
    case "reorder-events":
      return (reply) => ({
        ...reply,
        text: onWords(reply.text, numberOf(action, "share"), ([word, next]) => [next, word], 2),
      });
    default:
      return undefined;
  }
}

function withoutUsage(reply: ModelReply): ModelReply {
  const { usage: _, ...rest } = reply;
  return rest;
}

/** The text of a tool call's arguments, as a provider sends it. */
export function textOfArguments({ arguments: given }: Pick<ToolRequest, "arguments">): string {
  return typeof given === "string" ? given : JSON.stringify(given);
}

/** The first call is the one that goes wrong; an answer without a call stays what it is. */
function onCall(reply: ModelReply, change: (given: ToolRequest) => ToolRequest): ModelReply {
  return { ...reply, toolRequests: reply.toolRequests.map((each, index) => (index === 0 ? change(each) : each)) };
}

/** The limit of tokens falls into the last thing the model said. */
function endAtLimit(reply: ModelReply, share: number): ModelReply {
  const last = reply.toolRequests.at(-1);
  if (!last) return { ...reply, text: cut(reply.text, share), finishReason: "length" };
  const broken: Json = cut(textOfArguments(last), share);
  const toolRequests = [...reply.toolRequests.slice(0, -1), { ...last, arguments: broken }];
  return { ...reply, toolRequests, finishReason: "length" };
}

function otherVersion(model: string): string {
  const dated = model.replace(/-?\d{4}-?\d{2}-?\d{2}$/, "");
  return `${dated}-${model.endsWith("2099-01-01") ? "2099-01-02" : "2099-01-01"}`;
}

function cut(text: string, share: number): string {
  return text.slice(0, Math.max(0, Math.min(text.length - 1, Math.round(text.length * share)))).toWellFormed();
}

function onWords(
  text: string,
  share: number,
  change: (words: readonly string[]) => readonly (string | undefined)[],
  count = 1,
): string {
  const words = text.match(/\s*\S+/g) ?? [];
  const at = Math.max(0, Math.min(words.length - count, Math.floor(words.length * share)));
  const chosen = words.slice(at, at + count);
  return chosen.length < count
    ? text
    : words.toSpliced(at, count, ...change(chosen).map((word) => word ?? "")).join("");
}
