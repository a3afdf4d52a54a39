import type { Json, JsonObject } from "../kernel/index.ts";
import { keepShareOfList } from "./change/change-entries.ts";
import { jsonChange } from "./change/change-json.ts";
import { markerOf } from "./change/inject-text.ts";
import { mojibake } from "./change/mojibake.ts";
import type { FaultHit } from "./fault-plan.ts";
import { latencyOf } from "./fault-delay.ts";
import { faultError } from "./fault-error.ts";
import { numberOf } from "./fault-parameters.ts";
import type { ToolDisturbance, ToolOutcome } from "./tool-disturbance.ts";

/** What a fault that happens to a tool does to this call. */
export function toolFault({ fault, random }: FaultHit): ToolDisturbance {
  const { do: action, side } = fault;
  const marker = markerOf(random);
  const latencyMs = latencyOf(action, random);
  const shape = { ...pace(action), ...times(fault, latencyMs), ...executions(fault) };
  const error = faultError(action);
  const waitedMs = shape.delayMs + shape.delayAfterMs;
  const detail: JsonObject = {
    ...action.parameters,
    side,
    ...(error?.status !== undefined && { status: error.status }),
    ...(error?.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    ...(waitedMs > 0 && { delayMs: waitedMs }),
    ...(action.kind === "injected-prompt" && { marker }),
  };
  return { fault: action.kind, detail, ...shape, outcome: outcomeOf(fault, { random, marker }) };
}

type Disturbed = Pick<FaultHit["fault"], "do" | "side">;

function outcomeOf({ do: action }: Disturbed, options: Parameters<typeof jsonChange>[1]): ToolOutcome {
  const error = faultError(action);
  if (error) return { kind: "throw", error };
  const change = jsonChange(action, options);
  if (change) return { kind: "change", change };
  switch (action.kind) {
    case "hang":
    case "black-hole":
      return { kind: "hang" };
    case "lost-update":
      return { kind: "instead", value: action.parameters["answer"] ?? null };
    case "wrong-charset":
      return { kind: "change", change: mojibake };
    case "wrong-content-type":
      // A client that goes by the type hands over the text.
      return { kind: "change", change: (value) => (typeof value === "string" ? value : JSON.stringify(value)) };
    default:
      return { kind: "result" };
  }
}

function times({ do: action, side }: Disturbed, latencyMs: number | undefined) {
  const ms = latencyMs ?? ownWaitMs(action);
  return side === "after" ? { delayMs: 0, delayAfterMs: ms } : { delayMs: ms, delayAfterMs: 0 };
}

function ownWaitMs(action: Disturbed["do"]): number {
  if (action.kind === "timeout") return numberOf(action, "afterMs");
  return action.kind === "stall-first-byte" || action.kind === "slow-close" ? numberOf(action, "delayMs") : 0;
}

function pace(action: Disturbed["do"]): Pick<ToolDisturbance, "bytesPerSecond"> {
  if (action.kind === "bandwidth") return { bytesPerSecond: numberOf(action, "bytesPerSecond") };
  if (action.kind !== "drip") return {};
  return { bytesPerSecond: (numberOf(action, "pieceBytes") * 1000) / Math.max(1, numberOf(action, "everyMs")) };
}

function executions({ do: action, side }: Disturbed): Pick<ToolDisturbance, "executionCount" | "changeArguments"> {
  if (action.kind === "duplicate-delivery") return { executionCount: 2 };
  if (action.kind === "partial-batch") {
    const share = numberOf(action, "share");
    return { executionCount: 1, changeArguments: (given: Json) => keepShareOfList(given, share) };
  }
  const isLeftAlone = faultError(action) !== undefined || ["hang", "black-hole", "lost-update"].includes(action.kind);
  return { executionCount: isLeftAlone && side === "before" ? 0 : 1 };
}
