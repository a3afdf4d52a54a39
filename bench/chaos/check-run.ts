// What must be true of one accepted run, by its log: it is whole, it ended, and its answer is what came of its plan.
import { publicEvent } from "../../src/api/index.ts";
import type { RunEvent } from "../../src/domain/index.ts";
import { canonicalJson, type Json, toJson } from "../../src/kernel/index.ts";
import { only, type RunEvidence } from "./evidence.ts";
import { answerOf, planOf, type Step, wordsOf } from "./plan.ts";

/** Timers and the wall clock are rounded apart. */
const EARLY_MS = 2;

/** @returns what is wrong, in sentences */
export function checkRun(run: RunEvidence): string[] {
  return [
    ...checkEnd(run),
    ...checkWholeness(run.events),
    ...checkStreams(run),
    ...checkAnswer(run),
    ...checkTexts(run.events),
    ...checkSleeps(run.events),
  ];
}

function checkEnd({ accepted, record, events }: RunEvidence): string[] {
  if (record === undefined) return ["it was accepted and is not in the store"];
  const wrong: string[] = [];
  if (record.status !== "ended") wrong.push(`it has not ended: ${record.status} on ${record.pausedOn}`);
  const ended = only(events, "run.ended");
  if (ended.length !== 1 || events.at(-1)?.type !== "run.ended") wrong.push(`its log has ${ended.length} ends`);
  if (ended[0] && ended[0].outcome !== record.outcome) {
    wrong.push(`it is ${record.outcome} in the store and ${ended[0].outcome} in its log`);
  }
  if (ended[0] && ended[0].outcome !== "answered" && !(ended[0].outcome === "cancelled" && accepted.isCancelled)) {
    wrong.push(`it should have answered: ${ended[0].outcome}, ${JSON.stringify(ended[0].error)}`);
  }
  if (record.idempotencyKey !== accepted.key) wrong.push(`its key is ${record.idempotencyKey}`);
  return wrong;
}

function checkWholeness(events: readonly RunEvent[]): string[] {
  const gap = events.findIndex((event, index) => event.seq !== index);
  const wrong = gap === -1 ? [] : [`its log has a gap at ${gap}`];
  if (only(events, "run.started").length !== 1) wrong.push("it did not begin once");
  const calls = new Map<number, number>();
  for (const event of events) {
    if (!("effect" in event) || event.effect === undefined) continue;
    if (event.type.endsWith(".called") && "attempt" in event) {
      const before = calls.get(event.effect) ?? 0;
      if (event.attempt <= before) wrong.push(`effect ${event.effect} was called again as attempt ${event.attempt}`);
      calls.set(event.effect, event.attempt);
    }
  }
  const returns = events.flatMap((event) =>
    (event.type.endsWith(".returned") || event.type === "approval.decided") && "effect" in event ? [event.effect] : [],
  );
  for (const effect of new Set(returns)) {
    const count = returns.filter((each) => each === effect).length;
    if (count > 1) wrong.push(`effect ${effect} returned ${count} times`);
  }
  return wrong;
}

/** Over all its connections a client got every public event once, in order; and the API tells the same at the end. */
function checkStreams({ accepted, events, told }: RunEvidence): string[] {
  const expected = events.flatMap((event) => publicEvent(event) ?? []).map(textOf);
  const received = accepted.followed.events.map(textOf);
  const difference = firstDifference(expected, received);
  const toldDifference = told && firstDifference(expected, told.map(textOf));
  return [
    ...(difference === undefined ? [] : [`its client's stream differs: ${difference}`]),
    ...(toldDifference === undefined ? [] : [`the API tells another log: ${toldDifference}`]),
  ];
}

function firstDifference(expected: readonly string[], received: readonly string[]): string | undefined {
  const length = Math.max(expected.length, received.length);
  for (let index = 0; index < length; index += 1) {
    if (expected[index] === received[index]) continue;
    return `at ${index} of ${expected.length}: expected ${expected[index]?.slice(0, 200)}, got ${received[index]?.slice(0, 200)}`;
  }
  return undefined;
}

function textOf(event: unknown): string {
  return canonicalJson(toJson(event));
}

function checkAnswer({ accepted, events }: RunEvidence): string[] {
  const sent = only(events, "message.sent");
  const isAnswered = events.some((event) => event.type === "run.ended" && event.outcome === "answered");
  if (!isAnswered) return sent.length === 0 ? [] : ["it did not answer, and a message was sent"];
  if (sent.length !== 1) return [`it sent ${sent.length} messages`];
  const expected = answerOf(planOf(accepted.message), (step) => outcomeOf(step, events));
  return sent[0]?.content === expected ? [] : [`its answer is\n${sent[0]?.content}\nand should be\n${expected}`];
}

/** What the log says became of a step. */
function outcomeOf(step: Step, events: readonly RunEvent[]): string {
  switch (step.kind) {
    case "model":
      return wordsOf(step.marker, step.tokens).join("");
    case "sleep":
      return "slept";
    case "memory":
      return `version ${versionWritten(step.marker, events)}`;
    case "tool": {
      const denied = only(events, "approval.decided").find(
        ({ callId, decision }) => callId === step.marker && decision === "denied",
      );
      if (denied) return `failed: ${step.tool} was not approved (decided by ${denied.by})`;
      const returned = only(events, "tool.returned").find(({ callId }) => callId === step.marker);
      if (returned?.error) return `failed: ${returned.error.message}`;
      return canonicalJson(returned?.result);
    }
  }
}

function versionWritten(marker: string, events: readonly RunEvent[]): number | undefined {
  const written = canonicalJson({ marker });
  const called = only(events, "memory.called").find(({ value }) => canonicalJson(value) === written);
  return only(events, "memory.returned").find(({ effect }) => effect === called?.effect)?.version;
}

/** What a reader is left with after all resets is what the model said. */
function checkTexts(events: readonly RunEvent[]): string[] {
  const texts = new Map<number, { attempt: number; text: string }>();
  const wrong: string[] = [];
  for (const event of events) {
    if (event.type === "model.called" || event.type === "model.reset") {
      texts.set(event.effect, { attempt: event.attempt, text: "" });
    } else if (event.type === "model.streamed") {
      const shown = texts.get(event.effect);
      if (shown?.attempt !== event.attempt) wrong.push(`effect ${event.effect} streams attempt ${event.attempt}`);
      texts.set(event.effect, { attempt: event.attempt, text: (shown?.text ?? "") + (event.text ?? "") });
    } else if (event.type === "model.returned" && event.message) {
      const shown = texts.get(event.effect)?.text;
      if (shown !== event.message.content) wrong.push(`effect ${event.effect} streamed ${JSON.stringify(shown)}`);
    }
  }
  return wrong;
}

function checkSleeps(events: readonly RunEvent[]): string[] {
  // A cancel ends sleeps too.
  if (!events.some((event) => event.type === "run.ended" && event.outcome === "answered")) return [];
  const called = new Map<number, { readonly atMs: number; readonly ms: Json }>();
  for (const event of only(events, "sleep.called")) if (!called.has(event.effect)) called.set(event.effect, event);
  return only(events, "sleep.returned").flatMap(({ effect, atMs }) => {
    const begun = called.get(effect);
    if (!begun) return [`sleep ${effect} ended and never began`];
    const sleptMs = atMs - begun.atMs;
    return sleptMs + EARLY_MS >= Number(begun.ms) ? [] : [`sleep ${effect} took ${sleptMs} of ${String(begun.ms)} ms`];
  });
}
