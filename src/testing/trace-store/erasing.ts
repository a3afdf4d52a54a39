import { expect, test } from "vitest";
import type { NewEvent, TraceSummary } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { newPlace } from "../runtime-store/place.ts";
import { makeId, sampleEvalRun, sampleTrial } from "../sample-records.ts";
import { SIMILAR_IDS, withRuns } from "../sample-runtime-records.ts";
import { newTraceId, sampleFeedback, sampleSpan, sampleSummary } from "../sample-trace-records.ts";
import type { OpenStore } from "../store-conformance.ts";

const said: NewEvent = { type: "message.sent", content: "x", atMs: 1, witness: "runtime" };

/** An observed trace with spans, a summary, a log and feedback; not unsettled any more. */
async function leaveTrace(store: Store, more: Partial<TraceSummary> = {}): Promise<TraceSummary> {
  const traceId = newTraceId();
  const runIds = await store.addSpans([{ traceId, spans: [sampleSpan(traceId)] }], { atMs: 1, makeId });
  const runId = runIds.get(traceId) as Id<"run">;
  const summary = sampleSummary({ traceId, runId, ...more });
  await store.saveTraces([{ summary, words: "remembered", lastPart: 1 }]);
  await leaveBeside(store, runId);
  return summary;
}

async function leaveBeside(store: Store, runId: Id<"run">): Promise<void> {
  await store.append(runId, [said], 0);
  await store.addFeedback([sampleFeedback({ runId, by: "somebody" })]);
}

/** Spans, summary by id and by trace id, in lists, in searches, log, feedback. */
async function countLeft(store: Store, { runId, traceId }: TraceSummary): Promise<number[]> {
  const isIt = (trace: TraceSummary | undefined) => trace?.runId === runId;
  const listed = await store.listTraces({ limit: 1_000 });
  const searched = await store.listTraces({ limit: 1_000, text: "remembered" });
  return [
    (await store.readSpans(traceId ?? "")).length,
    [await store.findTrace(runId), await store.findTrace(traceId ?? "")].filter(isIt).length,
    listed.filter(isIt).length,
    searched.filter(isIt).length,
    (await store.read(runId)).length,
    (await store.listFeedback([runId])).length,
  ];
}

const GONE = [0, 0, 0, 0, 0, 0];
const KEPT = [1, 2, 1, 1, 1, 1];

export function describeErasingTraces(openAt: OpenStore): void {
  test("old traces are removed with all that belongs to them, oldest first, and no others", async () => {
    const store = await openAt(newPlace());
    const traces = [];
    for (const startedAtMs of [30, 10, 20, 40]) traces.push(await leaveTrace(store, { startedAtMs }));
    const [third, first, second, last] = traces as [TraceSummary, TraceSummary, TraceSummary, TraceSummary];
    expect(await store.removeTraces({ startedBeforeMs: 40, limit: 2 })).toBe(2);
    expect(await countLeft(store, first)).toEqual(GONE);
    expect(await countLeft(store, second)).toEqual(GONE);
    expect(await countLeft(store, third)).toEqual(KEPT);
    expect(await store.removeTraces({ startedBeforeMs: 40, limit: 2 })).toBe(1);
    expect(await store.removeTraces({ startedBeforeMs: 40, limit: 2 })).toBe(0);
    expect(await countLeft(store, last)).toEqual(KEPT);
    expect(await store.listUnsettled({ quietSinceMs: 9, limit: 9 })).toEqual([]);
  });

  test("a removed trace leaves no words behind for the next at its place", async () => {
    const store = await openAt(newPlace());
    await leaveTrace(store, { startedAtMs: 10 });
    await store.removeTraces({ startedBeforeMs: 11, limit: 9 });
    const next = sampleSummary({ startedAtMs: 10 });
    await store.saveTraces([{ summary: next, words: "another" }]);
    expect(await store.listTraces({ limit: 9, text: "remembered" })).toEqual([]);
    expect(await store.listTraces({ limit: 9, text: "another" })).toEqual([next]);
  });

  test("the log of a trial is its eval run's, and goes with it, as does what lists know of the trial", async () => {
    const store = await openAt(newPlace());
    const run = sampleEvalRun();
    await store.createEvalRun(run);
    const trials = [sampleTrial(run.id), sampleTrial(run.id, { attemptIndex: 1 })];
    const summaries = trials.map(({ runId }) => sampleSummary({ runId, origin: "trial", startedAtMs: 10 }));
    for (const trial of trials) {
      await store.saveTrial(trial);
      await leaveBeside(store, trial.runId);
    }
    const saveAll = () => store.saveTraces(summaries.map((summary) => ({ summary, words: "remembered" })));
    await saveAll();
    await store.removeTraces({ startedBeforeMs: 11, limit: 9 });
    expect(await countLeft(store, summaries[0]!)).toEqual([0, 0, 0, 0, 1, 0]);
    await saveAll();
    await store.removeTrial(trials[0]!.id);
    expect(await countLeft(store, summaries[0]!)).toEqual(GONE);
    expect((await countLeft(store, summaries[1]!)).slice(1, 5)).toEqual([1, 1, 1, 1]);
    await store.removeEvalRun(run.id);
    expect(await countLeft(store, summaries[1]!)).toEqual(GONE);
  });

  describeErasingPeople(openAt);
}

function describeErasingPeople(openAt: OpenStore): void {
  test("a user who is erased leaves no traces, and nobody who looks alike loses any", async () => {
    const store = await openAt(newPlace());
    const traces = [];
    for (const user of SIMILAR_IDS) traces.push(await leaveTrace(store, { user }));
    const nobodys = await leaveTrace(store, { user: null });
    const opinion = sampleFeedback({ runId: nobodys.runId, by: "a" });
    await store.addFeedback([opinion]);
    await store.eraseUser("a");
    for (const trace of traces) {
      expect(await countLeft(store, trace), JSON.stringify(trace.user)).toEqual(trace.user === "a" ? GONE : KEPT);
    }
    expect(await countLeft(store, nobodys)).toEqual(KEPT);
  });

  test("what lists know of a live run goes with its user, and with its session", async () => {
    const store = await openAt(newPlace());
    const [gone, kept] = [await withRuns(store, 1, { ownerId: "gone" }), await withRuns(store, 1, { ownerId: "kept" })];
    const summaries = [gone, kept].map(({ runs }) => sampleSummary({ runId: runs[0]!.id, origin: "live" }));
    for (const summary of summaries) {
      await store.saveTraces([{ summary, words: "remembered" }]);
      await leaveBeside(store, summary.runId);
    }
    await store.eraseUser("gone");
    expect(await countLeft(store, summaries[0]!)).toEqual(GONE);
    expect((await countLeft(store, summaries[1]!)).slice(1)).toEqual([1, 1, 1, 1, 1]);
    await store.removeSession(kept.session.id);
    expect(await countLeft(store, summaries[1]!)).toEqual(GONE);
  });
}
