import type { EffectError, RecordedTake, RecordedToolCall } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";

/**
 * Failures of production that the catalogue of faults knows, as faults of the case: a tool that was too slow, too busy
 * or gone. Other errors are the tool's own answers, and stay recorded.
 *
 * @returns the faults, and the recorded run with those calls marked
 */
export function productionFaults(take: RecordedTake): {
  readonly faults: readonly JsonObject[];
  readonly take: RecordedTake;
} {
  const counts = new Map<string, number>();
  const faults: JsonObject[] = [];
  const mark = (call: RecordedToolCall): RecordedToolCall => {
    const count = (counts.get(call.tool) ?? 0) + 1;
    counts.set(call.tool, count);
    const action = call.error && faultOf(call.error, call.durationMs);
    if (action === undefined) return call;
    faults.push({ on: `tool ${call.tool}`, call: count, do: action });
    return { ...call, byFault: true };
  };
  const turns = take.turns.map(({ user, steps }) => ({
    user,
    steps: steps.map((step) => ("tool" in step ? mark(step) : step)),
  }));
  return { faults, take: { ...take, turns } };
}

const STATUS_FAULTS: Readonly<Record<number, string>> = {
  408: "request-timeout",
  500: "server-error",
  502: "bad-gateway",
  503: "unavailable",
  504: "gateway-timeout",
  529: "overloaded",
};

/** Nobody waits longer than this for a timeout to happen again. */
const WAIT_MS_MAX = 2_000;

function faultOf({ name, message, status, retryAfterMs }: EffectError, durationMs: number): Json | undefined {
  if (status === 429) {
    return { "rate-limit": retryAfterMs === undefined ? { retryAfterForm: "absent" } : { retryAfterMs } };
  }
  // The fault puts the status before its message by itself.
  const said = message.replace(new RegExp(`^${status}\\s+`), "");
  if (status !== undefined && STATUS_FAULTS[status] !== undefined)
    return { [STATUS_FAULTS[status]]: { message: said } };
  if (status !== undefined && status >= 500 && status < 600) return { status: { status, message: said } };
  if (status !== undefined) return undefined;
  const text = `${name} ${message}`;
  if (/\btime(?:d[ -]?)?[ -]?out\b|TimeoutError|ETIMEDOUT/i.test(text)) {
    return { timeout: { afterMs: Math.min(WAIT_MS_MAX, Math.round(durationMs)) } };
  }
  if (/\bECONNRESET\b/.test(text)) return "reset-before-headers";
  if (/\bECONNREFUSED\b/.test(text)) return "connection-refused";
  return /\bENOTFOUND\b/.test(text) ? "dns-failure" : undefined;
}
