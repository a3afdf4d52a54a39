import { canonicalJson, equalJson, type Json } from "../kernel/index.ts";
import type { FaultError, ToolDisturbance } from "./tool-disturbance.ts";

export interface DisturbedCall {
  readonly tool: string;
  readonly arguments: Json;
  /** What is wrong with this call; undefined leaves it alone. */
  readonly disturbance: ToolDisturbance | undefined;
  /** The fault acts now; told once, and never where it finds nothing to act on. */
  readonly onFault?: () => void;
  /** Runs the tool once. */
  readonly run: (given: Json) => Promise<Json>;
}

export interface ToolCallPerformer {
  /** Runs the tool as the disturbance says, and settles as its caller shall see it. */
  perform(call: DisturbedCall): Promise<Json>;
}

/** Keeps what undisturbed calls gave, for the faults that show it again. One for each trial. */
export function openToolCallPerformer(options: {
  /** Rejects when the trial or the call is over. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Settles, by rejecting, only when the trial or the call is over. */
  readonly hang: () => Promise<never>;
}): ToolCallPerformer {
  const { sleep, hang } = options;
  const earlierResults = new Map<string, Json>();
  return {
    async perform({ tool, arguments: given, disturbance, onFault, run }) {
      const key = `${tool} ${canonicalJson(given)}`;
      if (!disturbance) {
        const result = await run(given);
        remember(earlierResults, key, result);
        return result;
      }
      const { delayMs, delayAfterMs, executionCount, changeArguments, outcome, bytesPerSecond } = disturbance;
      const reached = changeArguments?.(given) ?? given;
      if (changeArguments ? !equalJson(reached, given) : outcome.kind !== "change") onFault?.();
      if (delayMs > 0) await sleep(delayMs);
      // An error of the tool is only hidden where the caller gets something else in its place.
      let ran: { readonly result: Json } | { readonly error: unknown } = { result: null };
      for (let count = 0; count < executionCount; count += 1) {
        ran = await settled(run(reached));
      }
      if (delayAfterMs > 0) await sleep(delayAfterMs);
      if (outcome.kind === "hang") return hang();
      if (outcome.kind === "throw") throw errorOf(outcome.error);
      if (outcome.kind === "instead") return outcome.value;
      if ("error" in ran) throw ran.error;
      const earlier = earlierResults.get(key);
      const call = { asked: given, ...(earlier !== undefined && { earlier }) };
      const result = outcome.kind === "change" ? outcome.change(ran.result, call) : ran.result;
      if (outcome.kind === "change" && !equalJson(result, ran.result)) onFault?.();
      if (bytesPerSecond !== undefined) await sleep((JSON.stringify(result).length / bytesPerSecond) * 1000);
      return result;
    },
  };
}

/** So many different calls of one trial are kept. */
const EARLIER_RESULTS_MAX = 1_000;

function remember(results: Map<string, Json>, key: string, result: Json): void {
  results.delete(key);
  results.set(key, result);
  const oldest = results.keys().next().value;
  if (results.size > EARLIER_RESULTS_MAX && oldest !== undefined) results.delete(oldest);
}

/** An error to throw, with everything that clients of such things put on theirs. */
export function errorOf({ name, message, code, status, retryAfterMs }: FaultError): Error {
  return Object.assign(new Error(message), {
    name,
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status, statusCode: status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

async function settled(work: Promise<Json>): Promise<{ readonly result: Json } | { readonly error: unknown }> {
  try {
    return { result: await work };
  } catch (error) {
    return { error };
  }
}
