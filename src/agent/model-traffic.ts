import type { Clock, Json } from "../kernel/index.ts";
import type { EffectError, Message, MicroUsd, NewEvent, ToolRequest, Usage } from "../domain/index.ts";
import type { ModelAnswer } from "../model/index.ts";
import type { AppendEvent } from "./boundary-options.ts";
import { keptMessages } from "./kept-messages.ts";

/** Marks calls that the boundary inside the agent's process has already logged: the endpoint then does not. */
export const LOGGED_HEADER = "x-aegis-logged";

/** One call of a model as the endpoint between agent and model saw it. */
export interface SeenModelCall {
  readonly provider: string;
  readonly model: string;
  readonly messages: readonly Message[];
  readonly toolNames: readonly string[];
  readonly answer?: ModelAnswer;
  readonly error?: EffectError;
  readonly durationMs: number;
}

export interface ModelTrafficOptions {
  readonly append: AppendEvent;
  readonly clock: Clock;
  readonly costOf: (call: { readonly model: string; readonly usage: Usage }) => MicroUsd | null;
}

/**
 * Rebuilds an agent's log from its model traffic alone, so that an agent in any language has one: a tool request in an
 * answer is a call, the tool message in the next prompt is its return. Witness `edge`: we saw the bytes.
 */
export function recordModelTraffic(options: ModelTrafficOptions): (call: SeenModelCall) => Promise<void> {
  const open = new Map<string, { request: ToolRequest; effect: number; calledAtMs: number }[]>();
  let nextEffect = 0;
  let lastPrompt: readonly Message[] = [];
  const stamp = () => ({ atMs: options.clock.nowMs(), witness: "edge" as const });

  const closeTools = async (messages: readonly Message[]) => {
    for (const message of messages) {
      if (message.role !== "tool") continue;
      const waiting = open.get(message.callId)?.shift();
      if (!waiting) continue;
      const { request, effect, calledAtMs } = waiting;
      const returned: NewEvent<"tool.returned"> = {
        ...stamp(),
        type: "tool.returned",
        effect,
        durationMs: Math.max(0, options.clock.nowMs() - calledAtMs),
        callId: request.callId,
        tool: request.tool,
        result: decoded(message.result),
      };
      await options.append(returned);
    }
  };
  const openTools = async (requests: readonly ToolRequest[]) => {
    for (const request of requests) {
      const effect = nextEffect++;
      const list = open.get(request.callId) ?? [];
      open.set(request.callId, [...list, { request, effect, calledAtMs: options.clock.nowMs() }]);
      await options.append({ ...stamp(), type: "tool.called", effect, attempt: 1, ...request });
    }
  };

  const recordCall = async (call: SeenModelCall) => {
    const keptCount = keptMessages(lastPrompt, call.messages);
    await closeTools(call.messages.slice(keptCount));
    lastPrompt = call.messages;
    const effect = nextEffect++;
    await options.append({
      ...stamp(),
      type: "model.called",
      effect,
      attempt: 1,
      provider: call.provider,
      model: call.model,
      keptCount,
      added: call.messages.slice(keptCount),
      toolNames: call.toolNames,
    });
    await options.append({
      ...stamp(),
      type: "model.returned",
      effect,
      durationMs: call.durationMs,
      ...outcome(call, options),
    });
    await openTools(call.answer?.message.toolRequests ?? []);
  };
  // One at a time: what a call kept of the prompt before it is only true when that one stands before it in the log.
  let last: Promise<void> = Promise.resolve();
  return (call) => {
    const recorded = last.then(() => recordCall(call));
    last = recorded.catch(() => undefined);
    return recorded;
  };
}

function outcome(call: SeenModelCall, { costOf }: ModelTrafficOptions) {
  if (!call.answer) return { costMicroUsd: null, error: call.error ?? { name: "Error", message: "no answer" } };
  const { message, finishReason, usage, model } = call.answer;
  const costMicroUsd = costOf({ model: model ?? call.model, usage });
  return { message, finishReason, usage, costMicroUsd, ...(model !== undefined && { model }) };
}

/** Tool messages travel as text; JSON objects and arrays are read back so that checks see values. */
function decoded(result: Json): Json {
  if (typeof result !== "string" || !/^\s*[{[]/.test(result)) return result;
  try {
    return JSON.parse(result) as Json;
  } catch {
    return result;
  }
}
