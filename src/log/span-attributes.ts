import type { AssistantMessage, Message, RunEvent } from "../domain/index.ts";
import type { Json, JsonObject } from "../kernel/index.ts";
import type { AnsweringEvent, AskingEvent } from "./effect-identity.ts";

/** @see https://opentelemetry.io/docs/specs/semconv/gen-ai/: `{operation} {model}`, `execute_tool {name}`, `invoke_agent {name}` */
export function spanName(event: AskingEvent | RunEvent<"run.started"> | undefined): string {
  switch (event?.type) {
    case undefined:
      return "invoke_agent";
    case "run.started":
      return `invoke_agent ${event.agent.name}`;
    case "model.called":
      return `chat ${event.model}`;
    case "tool.called":
      return `execute_tool ${event.tool}`;
    case "http.called":
      return event.method;
    case "approval.requested":
      return event.tool === undefined ? "approval" : `approval ${event.tool}`;
    case "memory.called":
      return `memory ${event.operation}`;
    case "sleep.called":
      return "sleep";
    case "clock.read":
    case "random.drawn":
      return event.type;
  }
}

/** @param withContent also what the agent was told and what it answered */
export function runAttributes(events: readonly RunEvent[], withContent = false): JsonObject {
  const attributes: Record<string, Json | undefined> = { "gen_ai.operation.name": "invoke_agent" };
  const input: JsonObject[] = [];
  const output: JsonObject[] = [];
  for (const event of events) {
    if (event.type === "run.started") {
      attributes["gen_ai.agent.name"] = event.agent.name;
      attributes["gen_ai.agent.version"] = event.agent.version;
      attributes["user.id"] = event.user?.id;
      attributes["aegis.run.origin"] = event.origin;
      attributes["aegis.case.id"] = event.caseId;
      attributes["gen_ai.conversation.id"] = event.sessionId;
    }
    if (event.type === "message.received") input.push(messageWithParts({ role: event.from, content: event.content }));
    if (event.type === "message.sent") output.push(messageWithParts({ role: "assistant", content: event.content }));
    if (event.type === "run.ended") {
      attributes["aegis.run.outcome"] = event.outcome;
      attributes["error.type"] = event.error?.name;
    }
  }
  if (withContent && input.length > 0) attributes["gen_ai.input.messages"] = input;
  if (withContent && output.length > 0) attributes["gen_ai.output.messages"] = output;
  return told(attributes);
}

/** Settings of a model call by their names here. */
const REQUEST_SETTINGS: Readonly<Record<string, string>> = {
  temperature: "gen_ai.request.temperature",
  topP: "gen_ai.request.top_p",
  topK: "gen_ai.request.top_k",
  maxOutputTokens: "gen_ai.request.max_tokens",
  stopSequences: "gen_ai.request.stop_sequences",
  seed: "gen_ai.request.seed",
  frequencyPenalty: "gen_ai.request.frequency_penalty",
  presencePenalty: "gen_ai.request.presence_penalty",
};

function requestSettings(settings: JsonObject | undefined): Record<string, Json | undefined> {
  const named = Object.entries(settings ?? {}).map(([name, value]) => [REQUEST_SETTINGS[name], value] as const);
  return Object.fromEntries(named.filter(([name]) => name !== undefined));
}

/** @param content given when what was said is wanted too */
export function calledAttributes(called: AskingEvent, content?: { readonly prompt: readonly Message[] }): JsonObject {
  const common = { "aegis.effect": called.effect, "aegis.witness": called.witness };
  return told({ ...common, ...ownAttributes(called, content) });
}

function ownAttributes(
  called: AskingEvent,
  content: { readonly prompt: readonly Message[] } | undefined,
): Record<string, Json | undefined> {
  switch (called.type) {
    case "model.called":
      return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": called.provider,
        "gen_ai.request.model": called.model,
        ...requestSettings(called.settings),
        "aegis.attempt": called.attempt,
        "gen_ai.input.messages": content?.prompt.map(messageWithParts),
      };
    case "tool.called":
      return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": called.tool,
        "gen_ai.tool.type": "function",
        "gen_ai.tool.call.id": called.callId,
        "aegis.attempt": called.attempt,
        "gen_ai.tool.call.arguments": content && called.arguments,
      };
    case "http.called":
      return { "http.request.method": called.method, "url.full": called.url };
    case "approval.requested":
      return { "gen_ai.tool.name": called.tool, "aegis.approval.reason": called.reason };
    case "memory.called":
      return { "aegis.memory.operation": called.operation, "aegis.memory.key": called.key };
    case "sleep.called":
      return { "aegis.sleep.ms": called.ms };
    case "clock.read":
    case "random.drawn":
      return {};
  }
}

export function returnedAttributes(returned: AnsweringEvent, withContent: boolean): JsonObject {
  const failure = "error" in returned ? returned.error : undefined;
  return told({
    "error.type": failure?.name,
    "aegis.error.message": failure?.message,
    ...answer(returned, withContent),
  });
}

function answer(returned: AnsweringEvent, withContent: boolean): Record<string, Json | undefined> {
  switch (returned.type) {
    case "model.returned":
      return {
        "gen_ai.response.model": returned.model,
        "gen_ai.response.finish_reasons": returned.finishReason === undefined ? undefined : [returned.finishReason],
        "gen_ai.usage.input_tokens": returned.usage?.inputTokens,
        "gen_ai.usage.output_tokens": returned.usage?.outputTokens,
        "gen_ai.usage.cache_read.input_tokens": returned.usage?.cachedInputTokens,
        "gen_ai.usage.reasoning.output_tokens": returned.usage?.reasoningTokens,
        "aegis.cost_micro_usd": returned.costMicroUsd ?? undefined,
        "gen_ai.output.messages":
          withContent && returned.message ? [answered(returned.message, returned.finishReason)] : undefined,
      };
    case "tool.returned":
      return { "gen_ai.tool.call.result": withContent ? returned.result : undefined };
    case "http.returned":
      return { "http.response.status_code": returned.status };
    case "approval.decided":
      return { "aegis.approval.decision": returned.decision, "aegis.approval.by": returned.by };
    case "memory.returned":
    case "sleep.returned":
    case "clock.read":
    case "random.drawn":
      return {};
  }
}

function answered(message: AssistantMessage, finishReason: string | undefined): JsonObject {
  return { ...messageWithParts(message), ...(finishReason !== undefined && { finish_reason: finishReason }) };
}

/** The conventions' form of a message: a role and parts. */
function messageWithParts(message: Message): JsonObject {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, parts: [{ type: "text", content: message.content }] };
    case "assistant":
      return { role: message.role, parts: assistantParts(message) };
    case "tool":
      return {
        role: message.role,
        parts: [{ type: "tool_call_response", id: message.callId, response: message.result }],
      };
  }
}

function assistantParts({ content, reasoning, toolRequests = [] }: AssistantMessage): Json[] {
  return [
    ...(reasoning === undefined ? [] : [{ type: "reasoning", content: reasoning }]),
    ...(content === "" ? [] : [{ type: "text", content }]),
    ...toolRequests.map(({ callId, tool, arguments: given }) => ({
      type: "tool_call",
      id: callId,
      name: tool,
      arguments: given,
    })),
  ];
}

/** Leaves out what is not known. */
function told(attributes: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
