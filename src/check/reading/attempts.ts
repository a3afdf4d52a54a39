import type { EffectError, RunEvent } from "../../domain/index.ts";
import { faultsOf, type SeenFault } from "./faults.ts";
import { type ToolCall, toolCallsOf } from "./tool-calls.ts";

/** One call of something that may be asked again: a tool, the model, an address. */
export interface Attempt {
  /** As in a fault's `on`: `tool orders.get`, `model`, `http GET api.example.com/orders`. */
  readonly target: string;
  /** Equal for the same request. */
  readonly signature: string;
  readonly beganAtMs: number;
  /** Missing when it never ended. */
  readonly endedAtMs?: number;
  readonly seqs: readonly number[];
  /** Why it failed; null when it did not, or nothing came back. */
  readonly failure: string | null;
  readonly status?: number;
  /** How long the answer asked the caller to wait. */
  readonly retryAfterMs?: number;
  /** What the world did to it. */
  readonly faults: readonly SeenFault[];
}

/** In the order of the log. */
export function attemptsOf(events: readonly RunEvent[]): readonly Attempt[] {
  const calls = toolCallsOf(events);
  const faults = faultsOf(events, calls);
  // By the log's order: clocks of the boundary and of the edge need not agree.
  return [...calls.map((call) => ofTool(call, faults)), ...ofModel(events, faults), ...ofHttp(events, faults)].sort(
    (left, right) => (left.seqs[0] ?? 0) - (right.seqs[0] ?? 0),
  );
}

/** The first attempt at the same target that began when this one had ended. */
export function nextAttempt(attempts: readonly Attempt[], { target, endedAtMs, seqs }: Attempt): Attempt | undefined {
  if (endedAtMs === undefined) return undefined;
  const lastSeq = seqs.at(-1) ?? 0;
  return attempts.find(
    (each) => each.target === target && each.beganAtMs >= endedAtMs && (each.seqs[0] ?? 0) > lastSeq,
  );
}

export function waitMsBetween(before: Attempt, after: Attempt): number {
  return after.beganAtMs - (before.endedAtMs ?? before.beganAtMs);
}

function ofTool(call: ToolCall, allFaults: readonly SeenFault[]): Attempt {
  const { called, returned, tool, signature, failure } = call;
  const faults = allFaults.filter((fault) => fault.call === call);
  return {
    target: `tool ${tool}`,
    signature: `tool ${signature}`,
    beganAtMs: called.atMs,
    ...(returned && { endedAtMs: returned.atMs }),
    seqs: [called.seq, ...faults.map(({ event }) => event.seq), ...(returned ? [returned.seq] : [])],
    failure,
    ...(failure !== null && toldBy(returned?.error, faults)),
    faults,
  };
}

function ofModel(events: readonly RunEvent[], allFaults: readonly SeenFault[]): Attempt[] {
  const returns = events.filter((event) => event.type === "model.returned");
  return events.flatMap((called) => {
    if (called.type !== "model.called") return [];
    const returned = returns.find(
      ({ effect, seq, witness }) => effect === called.effect && seq > called.seq && witness === called.witness,
    );
    const error = returned?.error;
    const faults = allFaults.filter(({ event }) => event.on === "model" && event.effect === called.effect);
    return [
      {
        target: "model",
        signature: "model",
        beganAtMs: called.atMs,
        ...(returned && { endedAtMs: returned.atMs }),
        seqs: [called.seq, ...(returned ? [returned.seq] : [])],
        failure: error ? `${error.name}: ${error.message}` : null,
        ...(error && toldBy(error, faults)),
        faults,
      },
    ];
  });
}

/** The edge writes an exchange when it is over: which fault was its own is told by address and time. */
function ofHttp(events: readonly RunEvent[], allFaults: readonly SeenFault[]): Attempt[] {
  const returns = events.filter((event) => event.type === "http.returned");
  return events.flatMap((called) => {
    if (called.type !== "http.called") return [];
    const returned = returns.find(
      ({ effect, seq, witness }) => effect === called.effect && seq > called.seq && witness === called.witness,
    );
    const target = `http ${called.method} ${placeOf(called.url)}`;
    const faults = allFaults.filter(
      ({ event }) => event.on === target && event.atMs >= called.atMs && event.atMs <= (returned?.atMs ?? Infinity) + 1,
    );
    const status = returned?.status;
    const isFailure = returned !== undefined && (returned.error !== undefined || (status ?? 200) >= 400);
    return [
      {
        target,
        signature: `${target} ${called.url} ${JSON.stringify(called.body)}`,
        beganAtMs: called.atMs,
        ...(returned && { endedAtMs: returned.atMs }),
        seqs: [called.seq, ...faults.map(({ event }) => event.seq), ...(returned ? [returned.seq] : [])],
        failure: isFailure ? (returned.error?.message ?? `status ${status ?? 0}`) : null,
        ...(isFailure && { ...toldBy(returned.error, faults), ...(status !== undefined && { status }) }),
        faults,
      },
    ];
  });
}

function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** The error as the caller saw it; what it does not say, the fault does. */
function toldBy(
  error: EffectError | undefined,
  faults: readonly SeenFault[],
): Pick<Attempt, "status" | "retryAfterMs"> {
  const ofFaults = (name: string) =>
    faults.map(({ detail }) => detail[name]).findLast((value) => typeof value === "number");
  const status = error?.status ?? ofFaults("status");
  const retryAfterMs = error?.retryAfterMs ?? ofFaults("retryAfterMs");
  return {
    ...(typeof status === "number" && { status }),
    ...(typeof retryAfterMs === "number" && { retryAfterMs }),
  };
}
