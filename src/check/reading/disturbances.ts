import type { RunEvent } from "../../domain/index.ts";
import { callHitBy, isSlowing } from "./faults.ts";
import { hasSucceeded, type ToolCall } from "./tool-calls.ts";

/** Something that went wrong under the agent: by a fault of the world, or by itself. */
export interface Disturbance {
  readonly seq: number;
  /** For a sentence: "orders.get failed". */
  readonly what: string;
  readonly tool?: string;
  /** The same thing worked later, or the fault only made it slow. */
  readonly isMadeGood: boolean;
  readonly madeGoodSeq?: number;
}

/** In the order of the log. A fault that made a call fail is one disturbance with that call. */
export function disturbancesOf(events: readonly RunEvent[], calls: readonly ToolCall[]): readonly Disturbance[] {
  const faults = events.filter((event) => event.type === "fault.injected");
  const faultyEffects = new Set(faults.map(({ effect }) => effect));
  const failures = calls.filter((call) => call.failure !== null && !faultyEffects.has(call.called.effect));
  return [
    ...faults.map((fault) => fromFault(fault, events, calls, faultyEffects)),
    ...failures.map((call) => fromCall(call, calls, faultyEffects)),
    ...modelFailures(events, faultyEffects),
  ].sort((left, right) => left.seq - right.seq);
}

function fromCall(
  call: ToolCall,
  calls: readonly ToolCall[],
  faultyEffects: ReadonlySet<number | undefined>,
): Disturbance {
  const seq = call.returned?.seq ?? call.called.seq;
  return { seq, what: `${call.tool} failed`, tool: call.tool, ...madeGood(laterSuccess(call, calls, faultyEffects)) };
}

function fromFault(
  fault: RunEvent<"fault.injected">,
  events: readonly RunEvent[],
  calls: readonly ToolCall[],
  faultyEffects: ReadonlySet<number | undefined>,
): Disturbance {
  const what = `the fault "${fault.fault}" hit ${fault.on}`;
  const hit = callHitBy(fault, calls);
  if (isSlowing(fault.fault) && (!hit || hasSucceeded(hit))) return { seq: fault.seq, what, isMadeGood: true };
  if (hit) return { seq: fault.seq, what, tool: hit.tool, ...madeGood(laterSuccess(hit, calls, faultyEffects)) };
  const named = calls.find(({ tool, called }) => called.seq > fault.seq && fault.on.split(/\s+/).includes(tool));
  if (named) {
    const good = hasSucceeded(named) ? named : laterSuccess(named, calls, faultyEffects);
    return { seq: fault.seq, what, tool: named.tool, ...madeGood(good) };
  }
  const answered = events.find((event) => event.type === "model.returned" && event.seq > fault.seq && !event.error);
  const isModel = /\bmodel\b/i.test(fault.on);
  return {
    seq: fault.seq,
    what,
    isMadeGood: isModel && answered !== undefined,
    ...(isModel && answered && { madeGoodSeq: answered.seq }),
  };
}

function modelFailures(events: readonly RunEvent[], faultyEffects: ReadonlySet<number | undefined>): Disturbance[] {
  return events.flatMap((event) => {
    if (event.type !== "model.returned" || !event.error || faultyEffects.has(event.effect)) return [];
    const later = events.find((each) => each.type === "model.returned" && each.seq > event.seq && !each.error);
    return [
      {
        seq: event.seq,
        what: "the model failed",
        isMadeGood: later !== undefined,
        ...(later && { madeGoodSeq: later.seq }),
      },
    ];
  });
}

/** A later call of the same tool that worked and was not itself disturbed. */
function laterSuccess(
  failed: ToolCall,
  calls: readonly ToolCall[],
  faultyEffects: ReadonlySet<number | undefined>,
): ToolCall | undefined {
  return calls.find(
    (call) =>
      call.tool === failed.tool &&
      call.called.seq > failed.called.seq &&
      hasSucceeded(call) &&
      !faultyEffects.has(call.called.effect),
  );
}

function madeGood(by: ToolCall | undefined): Pick<Disturbance, "isMadeGood" | "madeGoodSeq"> {
  return by?.returned ? { isMadeGood: true, madeGoodSeq: by.returned.seq } : { isMadeGood: false };
}
