import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { NewEvent } from "../../domain/index.ts";
import { newTraceId, sampleSpan, sampleSummary } from "../../testing/sample-trace-records.ts";
import { sampleEvalRun, sampleTrial } from "../../testing/sample-records.ts";
import { withRuns } from "../../testing/sample-runtime-records.ts";
import { openApp } from "../open-app.ts";
import { makeProject } from "../project.test-kit.ts";
import { readEvalLogs, readProductionLogs } from "./read-gap-logs.ts";

const said = (content: string): NewEvent => ({
  type: "message.received",
  atMs: 1,
  witness: "runtime",
  from: "user",
  content,
});

async function openProject() {
  const folder = makeProject();
  const app = await openApp({ cwd: folder, env: { AEGIS_STORE: join(folder, "aegis.db") } });
  onTestFinished(() => app[Symbol.asyncDispose]());
  return { app, store: await app.store() };
}

test("evals are the scored trials of the newest run of a suite, each case one cluster", async () => {
  const { app, store } = await openProject();
  const run = sampleEvalRun({ suite: "support", name: "nightly" });
  await store.createEvalRun(run);
  const trials = [
    sampleTrial(run.id, { caseId: "a", attemptIndex: 0 }),
    sampleTrial(run.id, { caseId: "a", attemptIndex: 1 }),
    sampleTrial(run.id, { caseId: "b", attemptIndex: 0, outcome: { kind: "void", reason: "provider", message: "x" } }),
  ];
  for (const trial of trials) {
    await store.saveTrial(trial);
    await store.append(trial.runId, [said(trial.caseId)], 0);
  }
  const logs = await readEvalLogs(app, { suite: "support" });
  expect(logs.name).toBe("nightly");
  expect(logs.runs.map(({ runId, cluster }) => [runId, cluster])).toEqual([
    [trials[0]!.runId, "a"],
    [trials[1]!.runId, "a"],
  ]);
  expect(logs.runs[0]!.events).toMatchObject([{ type: "message.received", content: "a", seq: 0 }]);
  const again = await readProductionLogs(app, { query: { kind: "run", name: "nightly" }, limit: 10 });
  expect(again).toEqual(logs);
});

test("live is the newest ended runs, page after page, and no other", async () => {
  const { app, store } = await openProject();
  const { runs } = await withRuns(store, 5);
  for (const [index, { id }] of runs.entries()) {
    await store.append(id, [said(String(index))], 0);
    if (index === 2) continue;
    await store.endRun({ id, outcome: "answered", atMs: 5 });
  }
  const ended = runs.flatMap(({ id }, index) => (index === 2 ? [] : [id])).toReversed();
  const all = await readProductionLogs(app, { query: { kind: "live" }, limit: 1_000 });
  expect(all.runs.map(({ runId }) => runId)).toEqual(ended);
  const some = await readProductionLogs(app, { query: { kind: "live" }, limit: 3 });
  expect(some.runs.map(({ runId }) => runId)).toEqual(ended.slice(0, 3));
});

const SUPPORT = { name: "support", version: "1" };

test("traces are asked for by the page, newest first, whether they are logs or spans", async () => {
  const { app, store } = await openProject();
  const logged = Array.from({ length: 5 }, (_, index) => sampleSummary({ agent: SUPPORT, startedAtMs: 10 + index }));
  for (const { runId } of logged) await store.append(runId, [said(`log of ${runId}`)], 0);
  await store.saveTraces(
    [...logged, sampleSummary({ agent: { name: "other", version: "1" } })].map((summary) => ({ summary, words: "" })),
  );
  const span = {
    ...sampleSpan(newTraceId()),
    attributes: { "gen_ai.agent.name": "support", "gen_ai.operation.name": "invoke_agent" },
  };
  const ids = await store.addSpans([{ traceId: span.traceId, spans: [span] }], { atMs: 1, makeId: app.makeId });
  const runId = ids.get(span.traceId)!;
  const observed = { ...sampleSummary({ agent: SUPPORT, startedAtMs: 99 }), runId, traceId: span.traceId };
  await store.saveTraces([{ summary: observed, words: "" }]);
  const query = { kind: "traces", filter: { agent: "support" } } as const;
  const { runs } = await readProductionLogs(app, { query, limit: 5 });
  expect(runs.map((run) => run.runId)).toEqual([
    runId,
    ...logged
      .map((trace) => trace.runId)
      .toReversed()
      .slice(0, 4),
  ]);
  expect(runs[0]!.events[0]).toMatchObject({ type: "run.started", agent: { name: "support" }, origin: "observed" });
  expect(runs[1]!.events).toMatchObject([{ content: `log of ${logged[4]!.runId}` }]);
});

test("trials are production only where they are asked for", async () => {
  const { app, store } = await openProject();
  const [live, trial, observed] = (["live", "trial", "observed"] as const).map((origin, index) =>
    sampleSummary({ agent: SUPPORT, origin, startedAtMs: 10 + index }),
  );
  const all = [live!, trial!, observed!];
  for (const { runId } of all) await store.append(runId, [said(runId)], 0);
  await store.saveTraces(all.map((summary) => ({ summary, words: "" })));
  const read = async (filter: { readonly agent: string; readonly origin?: "trial" | "live" }, limit = 10) => {
    const { runs } = await readProductionLogs(app, { query: { kind: "traces", filter }, limit });
    return runs.map(({ runId }) => runId);
  };
  expect(await read({ agent: "support" })).toEqual([observed!.runId, live!.runId]);
  expect(await read({ agent: "support" }, 1)).toEqual([observed!.runId]);
  expect(await read({ agent: "support", origin: "live" })).toEqual([live!.runId]);
  expect(await read({ agent: "support", origin: "trial" })).toEqual([trial!.runId]);
});

test("spans that no server has settled yet are production too", async () => {
  const { app, store } = await openProject();
  const span = {
    ...sampleSpan(newTraceId()),
    attributes: { "gen_ai.agent.name": "support", "gen_ai.operation.name": "invoke_agent" },
  };
  const ids = await store.addSpans([{ traceId: span.traceId, spans: [span] }], { atMs: 1, makeId: app.makeId });
  const query = { kind: "traces", filter: { agent: "support" } } as const;
  const { runs } = await readProductionLogs(app, { query, limit: 5 });
  expect(runs.map(({ runId }) => runId)).toEqual([...ids.values()]);
});
