import type { JsonObject } from "../kernel/index.ts";
import { jsonChange } from "./change/change-json.ts";
import { markerOf } from "./change/inject-text.ts";
import { mojibake } from "./change/mojibake.ts";
import { changeReply } from "./change/change-reply.ts";
import type { FaultAction } from "./fault.ts";
import { latencyOf } from "./fault-delay.ts";
import { faultError } from "./fault-error.ts";
import type { FaultHit } from "./fault-plan.ts";
import { numberOf } from "./fault-parameters.ts";
import type { ModelDisturbance, ModelOutcome, ModelReply } from "./model-disturbance.ts";

/** What a fault that happens to a model does to this call, as a caller in the same process sees it. */
export function modelFault({ fault, random }: FaultHit): ModelDisturbance {
  const { do: action, side } = fault;
  const marker = markerOf(random);
  const waitMs = latencyOf(action, random) ?? ownWaitMs(action);
  const outcome = outcomeOf(action, { random, marker });
  const error = outcome.kind === "throw" || outcome.kind === "cut" ? outcome.error : undefined;
  const isEnd = outcome.kind === "throw" || outcome.kind === "hang";
  const bytesPerSecond = paceOf(action);
  const detail: JsonObject = {
    ...action.parameters,
    side,
    ...(error?.status !== undefined && { status: error.status }),
    ...(error?.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    ...(waitMs > 0 && { delayMs: waitMs }),
    ...(action.kind === "injected-prompt" && { marker }),
  };
  return {
    fault: action.kind,
    detail,
    isAsked: !(isEnd && side === "before"),
    delayMs: side === "before" ? waitMs : 0,
    delayAfterMs: side === "after" ? waitMs : 0,
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    outcome,
  };
}

function outcomeOf(action: FaultAction, options: Parameters<typeof jsonChange>[1]): ModelOutcome {
  const error = faultError(action);
  const share = action.parameters["share"];
  if (error && typeof share === "number") return { kind: "cut", share, error };
  if (error) return { kind: "throw", error };
  if (action.kind === "hang" || action.kind === "black-hole" || action.kind === "pings-only") return { kind: "hang" };
  const ofText = action.kind === "wrong-charset" ? mojibake : jsonChange(action, options);
  if (ofText) return { kind: "change", change: (reply) => onText(reply, (text) => ofText(text, { asked: null })) };
  const change = changeReply(action);
  return change ? { kind: "change", change } : { kind: "reply" };
}

function onText(reply: ModelReply, change: (text: string) => unknown): ModelReply {
  const text = change(reply.text);
  return { ...reply, text: typeof text === "string" ? text : "" };
}

function ownWaitMs(action: FaultAction): number {
  if (action.kind === "timeout") return numberOf(action, "afterMs");
  return action.kind === "stall-first-byte" || action.kind === "slow-close" ? numberOf(action, "delayMs") : 0;
}

function paceOf(action: FaultAction): number | undefined {
  if (action.kind === "bandwidth") return numberOf(action, "bytesPerSecond");
  if (action.kind !== "drip") return undefined;
  return (numberOf(action, "pieceBytes") * 1000) / Math.max(1, numberOf(action, "everyMs"));
}
