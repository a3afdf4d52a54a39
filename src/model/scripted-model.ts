import { setTimeout as sleepFor } from "node:timers/promises";
import type { AssistantMessage, Message, Usage } from "../domain/index.ts";
import { AegisError, canonicalJson, type Json, seededRandom, seedFromText, toJson } from "../kernel/index.ts";
import { viewConversation } from "./conversation-view.ts";
import { fillTemplate } from "./fill-template.ts";
import type { LanguageModel, ModelRequest } from "./language-model.ts";
import { type Match, matchCondition } from "./match-condition.ts";
import type { Script, ScriptedCall, ScriptFunction, ScriptTurn, Step } from "./script.ts";

export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits in real time; rejects when the signal aborts. */
export const sleepRealTime: Sleep = (ms, signal) => sleepFor(ms, undefined, signal ? { signal } : {});

/**
 * A model that follows a script. Stateless: what it answers depends only on the script's seed, `settings.seed` and the
 * conversation so far, so conversations running side by side never disturb each other.
 */
export function scriptedModel(
  script: Script | ScriptFunction,
  { sleep = sleepRealTime }: { readonly sleep?: Sleep } = {},
): LanguageModel {
  const id = script.id.startsWith("scripted/") ? script.id : `scripted/${script.id}`;
  return {
    provider: "scripted",
    id,
    async generate(request) {
      request.signal?.throwIfAborted();
      if (script.latencyMs) await sleep(script.latencyMs, request.signal);
      const { step, match } = await nextStep(script, request, id);
      if (step.error) throw providerError(step.error, id);
      const message = messageOf(step, match, request.messages);
      return {
        message,
        finishReason: step.finishReason ?? (message.toolRequests ? "tool-calls" : "stop"),
        usage: script.usage ?? approximateUsage(request, message),
      };
    },
  };
}

/** About four characters a token, as for English text; deterministic, and only ever used for models that are not real. */
export function approximateUsage(request: ModelRequest, message: AssistantMessage): Usage {
  const tokens = (value: unknown) => Math.ceil(canonicalJson(toJson(value)).length / 4);
  return { inputTokens: tokens([request.messages, request.tools ?? []]), outputTokens: tokens(message) };
}

async function nextStep(
  script: Script | ScriptFunction,
  request: ModelRequest,
  id: string,
): Promise<{ step: Step; match: Match }> {
  const random = seededRandom(
    seedFromText(canonicalJson([script.seed ?? 0, request.settings?.["seed"] ?? null, whatWasSaid(request.messages)])),
  );
  const view = viewConversation(request.messages);
  const tools = request.tools ?? [];
  if ("next" in script) return { step: await script.next(turnOf(request, view, random)), match: {} };
  for (const rule of script.rules) {
    const match = matchCondition(rule.when ?? {}, { view, tools });
    if (match && (rule.chance === undefined || random() < rule.chance)) return { step: rule.then, match };
  }
  if (script.fallback) return { step: script.fallback, match: {} };
  throw new AegisError("model.script_exhausted", `No rule of ${id} matches this conversation, and it has no fallback`, {
    details: { model: id, rules: script.rules.length, messages: request.messages.length },
  });
}

/** Call ids and reasoning are left out: frameworks rewrite or drop them, and that must not change a draw. */
function whatWasSaid(messages: readonly Message[]): Json {
  return messages.map((message): Json => {
    if (message.role === "tool") return [message.role, message.tool, message.result];
    if (message.role !== "assistant") return [message.role, message.content];
    return [
      message.role,
      message.content,
      (message.toolRequests ?? []).map(({ tool, arguments: given }) => [tool, given]),
    ];
  });
}

function turnOf(
  request: ModelRequest,
  view: ReturnType<typeof viewConversation>,
  random: ScriptTurn["random"],
): ScriptTurn {
  return {
    messages: request.messages,
    tools: request.tools ?? [],
    lastUser: view.users.at(-1) ?? "",
    results: (tool) => view.results.filter((result) => result.tool === tool).map((result) => result.result),
    called: (tool) => view.calls.filter((called) => called === tool).length,
    lastAnswer: request.messages.findLast((message) => message.role === "assistant") ?? null,
    random,
  };
}

function messageOf(step: Step, match: Match, messages: readonly Message[]): AssistantMessage {
  const view = viewConversation(messages);
  const fill = (value: Json) => fillTemplate(value, { match, view });
  const fillAsText = (text: string) => {
    const filled = fill(text);
    return typeof filled === "string" ? filled : JSON.stringify(filled);
  };
  const calls: readonly ScriptedCall[] = step.call === undefined ? [] : [step.call].flat();
  // The conversation's hash keeps ids apart when an agent drops old messages and the count starts again.
  const tail = seedFromText(canonicalJson(whatWasSaid(messages))).toString(36);
  const toolRequests = calls.map((call, index) => ({
    callId: `call_${view.calls.length + index + 1}_${tail}`,
    tool: call.tool,
    arguments: fill(call.arguments ?? {}),
  }));
  return {
    role: "assistant",
    content: fillAsText(step.say ?? ""),
    ...(step.reasoning !== undefined && { reasoning: fillAsText(step.reasoning) }),
    ...(toolRequests.length > 0 && { toolRequests }),
  };
}

function providerError({ status, retryAfterMs }: NonNullable<Step["error"]>, id: string): AegisError {
  return new AegisError(
    status === 429 ? "model.rate_limited" : "model.unavailable",
    `${id} was told to answer ${status}`,
    {
      details: {
        model: id,
        status,
        canRetry: status === 408 || status === 409 || status === 429 || status >= 500,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      },
    },
  );
}
