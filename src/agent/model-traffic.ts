import type { Clock, Json } from "../kernel/index.ts";
import type { EffectError, Message, MicroUsd, NewEvent, ToolRequest, Usage } from "../domain/index.ts";
import type { ModelAnswer } from "../model/index.ts";
import type { AppendEvent } from "./boundary-options.ts";
import { keptMessages } from "./kept-messages.ts";
import { TalkReader } from "./talk-reader.ts";
import { OpenToolCalls } from "./open-tool-calls.ts";

/** Marks calls that the boundary inside the agent's process has already logged: the endpoint then does not. */
export const LOGGED_HEADER = "x-aegis-logged";

/** One call of a model as the endpoint between agent and model saw it. */
export interface SeenModelCall {
  readonly provider: string;
  readonly model: string;
  readonly messages: readonly Message[];
  readonly toolNames: readonly string[];
  /** Beside an error: what had come of an answer that broke off. */
  readonly answer?: ModelAnswer;
  readonly error?: EffectError;
  readonly durationMs: number;
}

export interface ModelTrafficOptions {
  readonly append: AppendEvent;
  readonly clock: Clock;
  readonly costOf: (call: { readonly model: string; readonly usage: Usage }) => MicroUsd | null;
  /**
   * Also logs what the user said and what the agent answered, as far as prompts and answers tell. Only where nobody
   * else does: whoever conducts a trial or a run does.
   */
  readonly logsTalk?: boolean;
}

/**
 * Rebuilds an agent's log from its model traffic alone, so that an agent in any language has one: a tool request in an
 * answer is a call, the tool message in the next prompt is its return. Witness `edge`: we saw the bytes.
 */
export function recordModelTraffic(options: ModelTrafficOptions): (call: SeenModelCall) => Promise<void> {
  const open = new OpenToolCalls();
  const talk = options.logsTalk ? new TalkReader() : undefined;
  let nextEffect = 0;
  let lastPrompt: readonly Message[] = [];
  const stamp = () => ({ atMs: options.clock.nowMs(), witness: "edge" as const });

  const callTool = async (request: ToolRequest, prompt: readonly Message[]) => {
    const effect = nextEffect++;
    open.add({ request, effect, calledAtMs: options.clock.nowMs(), prompt });
    await options.append({ ...stamp(), type: "tool.called", effect, attempt: 1, ...request });
  };
  const closeTools = async (prompt: readonly Message[], keptCount: number) => {
    for (const asked of open.doubtedIn(prompt, keptCount)) await callTool(asked.request, asked.prompt);
    for (const { call, message } of open.close(prompt, keptCount)) {
      const { request, effect, calledAtMs } = call;
      await options.append({
        ...stamp(),
        type: "tool.returned",
        effect,
        durationMs: Math.max(0, options.clock.nowMs() - calledAtMs),
        callId: request.callId,
        tool: request.tool,
        ...toolOutcome(message),
      });
    }
  };
  const recordAnswer = async ({ answer, error, messages }: SeenModelCall) => {
    const requests = answer?.message.toolRequests ?? [];
    // An agent whose answer broke off may have called its tools or not: the next prompt tells.
    if (error) open.doubt(requests, messages);
    else for (const request of open.unrepeated(requests, messages)) await callTool(request, messages);
  };

  const recordCall = async (call: SeenModelCall) => {
    const prompt = call.messages;
    const keptCount = keptMessages(lastPrompt, prompt);
    await closeTools(prompt, keptCount);
    for (const received of talk?.received(prompt) ?? []) await options.append({ ...stamp(), ...received });
    lastPrompt = prompt;
    const effect = nextEffect++;
    await options.append({
      ...stamp(),
      type: "model.called",
      effect,
      attempt: 1,
      provider: call.provider,
      model: call.model,
      keptCount,
      added: prompt.slice(keptCount),
      toolNames: call.toolNames,
    });
    const returned = { effect, durationMs: call.durationMs, ...outcome(call, options) };
    await options.append({ ...stamp(), type: "model.returned", ...returned });
    await recordAnswer(call);
    const sent = call.error ? undefined : talk?.sent(prompt, call.answer?.message);
    if (sent) await options.append({ ...stamp(), ...sent });
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
  const error = call.error ?? (call.answer ? undefined : { name: "Error", message: "no answer" });
  if (!call.answer) return { costMicroUsd: null, ...(error && { error }) };
  const { message, finishReason, usage, model } = call.answer;
  const costMicroUsd = costOf({ model: model ?? call.model, usage });
  return { message, finishReason, usage, costMicroUsd, ...(model !== undefined && { model }), ...(error && { error }) };
}

function toolOutcome({ result, isError }: Extract<Message, { role: "tool" }>): Partial<NewEvent<"tool.returned">> {
  if (!isError) return { result: decoded(result) };
  return { error: { name: "Error", message: typeof result === "string" ? result : JSON.stringify(result) } };
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
