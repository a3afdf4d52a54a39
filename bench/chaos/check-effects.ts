// What must be true of one run's effects on the outside: the ledger's word against the log's.
import type { RunEvent } from "../../src/domain/index.ts";
import { canonicalJson } from "../../src/kernel/index.ts";
import { only, type RunEvidence } from "./evidence.ts";
import type { Arrival } from "./ledger.ts";
import { planOf, stepsOf, type ToolStep } from "./plan.ts";

/** @returns what is wrong, in sentences */
export function checkEffects(run: RunEvidence): string[] {
  const steps = stepsOf(planOf(run.accepted.message)).filter((step) => step.kind === "tool");
  const known = new Set(steps.map(({ marker }) => marker));
  const strange = run.arrivals.filter(({ marker }) => !known.has(marker));
  return [
    ...strange.map(({ marker }) => `the ledger saw ${marker}, which is not in its plan`),
    ...steps.flatMap((step) => checkStep(step, run).map((what) => `${step.tool} ${step.marker}: ${what}`)),
    ...checkApprovals(run),
  ];
}

interface StepLog {
  readonly called: readonly Extract<RunEvent, { type: "tool.called" }>[];
  readonly returned: Extract<RunEvent, { type: "tool.returned" }> | undefined;
  readonly settled: readonly Extract<RunEvent, { type: "doubt.settled" }>[];
  readonly arrivals: readonly Arrival[];
}

function checkStep(step: ToolStep, { events, arrivals }: RunEvidence): string[] {
  const called = only(events, "tool.called").filter(({ callId }) => callId === step.marker);
  const effects = new Set(called.map(({ effect }) => effect));
  const log: StepLog = {
    called,
    returned: only(events, "tool.returned").find(({ callId }) => callId === step.marker),
    settled: only(events, "doubt.settled").filter(({ effect }) => effects.has(effect)),
    arrivals: arrivals.filter(({ marker }) => marker === step.marker),
  };
  const keys = new Set([...called.map(({ idempotencyKey }) => idempotencyKey), ...log.arrivals.map(({ key }) => key)]);
  const given = new Set([
    ...called.map((event) => canonicalJson(event.arguments)),
    ...log.arrivals.map((each) => canonicalJson(each.arguments)),
  ]);
  return [
    ...(effects.size > 1 ? [`it is ${effects.size} effects`] : []),
    ...(keys.size > 1 ? [`it went out with several keys: ${[...keys].join(", ")}`] : []),
    ...(given.size > 1 ? [`it went out with several arguments: ${[...given].join(", ")}`] : []),
    ...(log.arrivals.length > 0 && called.length === 0 ? ["the ledger saw it, the log does not hold the call"] : []),
    ...checkResult(log),
    ...(step.tool === "note" ? checkIdempotent(log) : checkOnce(step, log)),
  ];
}

/** A receipt in the log is one the ledger gave (or a person read from it). */
function checkResult({ returned, arrivals }: StepLog): string[] {
  const result = returned?.result;
  if (result === undefined) return [];
  const { receipt } = result as { readonly receipt?: string };
  const taken = arrivals.filter(({ tookPlace }) => tookPlace);
  const numbers = taken.map(({ marker }, index) => `${marker}#${index + 1}`);
  return numbers.includes(receipt ?? "") ? [] : [`its receipt ${receipt} is none of ${numbers.join(", ") || "none"}`];
}

function checkIdempotent({ settled, arrivals }: StepLog): string[] {
  const count = arrivals.filter(({ tookPlace }) => tookPlace).length;
  return [
    ...(count > 1 ? [`it took place ${count} times`] : []),
    ...(settled.length > 0 ? ["a person was asked about what may be repeated"] : []),
  ];
}

/** What may not be repeated went out once, and once more for each time a person said so. */
function checkOnce({ tool }: ToolStep, { called, settled, arrivals, returned }: StepLog): string[] {
  const wrong: string[] = [];
  const repeats = settled.filter(({ decision }) => decision === "repeat").length;
  if (arrivals.length > called.length)
    wrong.push(`it was called ${called.length} times and arrived ${arrivals.length}`);
  const took = arrivals.filter(({ tookPlace }) => tookPlace).length;
  if (tool === "book" && took > 1) wrong.push(`it took place ${took} times, although one could have looked it up`);
  if (tool === "book" && settled.length > 0) wrong.push("a person was asked about what could be looked up");
  if (tool !== "book" && called.length > 1 + repeats) {
    wrong.push(`it was called ${called.length} times, and a person said ${repeats} times that it shall be`);
  }
  if (tool !== "book" && arrivals.length > 1 + repeats) wrong.push(`it arrived ${arrivals.length} times`);
  const final = settled.find(({ decision }) => decision !== "repeat");
  if (final && called.some(({ seq }) => seq > final.seq))
    wrong.push(`it was called after a person said ${final.decision}`);
  if (final && arrivals.some(({ atMs }) => atMs > final.atMs)) wrong.push("it arrived after its doubt was settled");
  if (final?.decision === "failed" && returned && returned.error === undefined)
    wrong.push("it failed and has a result");
  return wrong;
}

/** Each request is decided once, as the person said it, and what was executed is what was decided. */
function checkApprovals({ accepted, events }: RunEvidence): string[] {
  const decided = only(events, "approval.decided");
  const isEnded = events.some((event) => event.type === "run.ended" && event.outcome === "answered");
  return only(events, "approval.requested").flatMap((request) => {
    const wrong: string[] = [];
    const own = decided.filter(({ effect }) => effect === request.effect);
    if (own.length > 1 || (isEnded && own.length === 0))
      wrong.push(`approval ${request.effect} has ${own.length} ends`);
    const decision = own[0];
    if (decision === undefined || accepted.isCancelled) return wrong;
    const said = accepted.said.filter(({ kind, effect }) => kind === "approval" && effect === request.effect);
    const heard = said.filter(({ status }) => status === 202);
    if (heard.length > 1) wrong.push(`approval ${request.effect} was accepted ${heard.length} times`);
    const isSaid = (heard.length > 0 ? heard : said).some(
      (each) =>
        each.decision === decision.decision && canonicalJson(each.arguments) === canonicalJson(decision.arguments),
    );
    if (!isSaid) wrong.push(`approval ${request.effect} was ${decision.decision}, which nobody said`);
    const calls = only(events, "tool.called").filter(({ callId }) => callId === request.callId);
    const asDecided = decision.decision === "edited" ? decision.arguments : request.arguments;
    if (decision.decision === "denied" && calls.length > 0)
      wrong.push(`approval ${request.effect}: denied, and called`);
    if (calls.some((call) => canonicalJson(call.arguments) !== canonicalJson(asDecided) || call.seq < decision.seq)) {
      wrong.push(`approval ${request.effect}: what was called is not what was decided`);
    }
    return wrong;
  });
}
