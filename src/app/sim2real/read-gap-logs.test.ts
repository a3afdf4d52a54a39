import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { NewEvent, TraceSummary } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { sampleEvalRun, sampleTrial } from "../../testing/sample-records.ts";
import { withRuns } from "../../testing/sample-runtime-records.ts";
import { openApp } from "../open-app.ts";
import { makeProject } from "../project.test-kit.ts";
import { readEvalLogs, readProductionLogs, type TraceReader } from "./read-gap-logs.ts";

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

test("traces are asked for by the page, and read by whoever can", async () => {
  const { app } = await openProject();
  const asked: unknown[] = [];
  const summaries = ["r3", "r2", "r1"].map((runId, index) => ({ runId, startedAtMs: 10 - index }) as TraceSummary);
  const traces: TraceReader = {
    list: async (query) => {
      asked.push(query);
      const after = summaries.findIndex(({ runId }) => runId === query.before?.runId) + 1;
      return summaries.slice(after, after + Math.min(2, query.limit));
    },
    readLog: async ({ runId }) => [{ ...said(`log of ${runId}`), seq: 0 } as never],
  };
  const query = { kind: "traces", filter: { agent: "support" } } as const;
  const { runs } = await readProductionLogs(app, { query, limit: 10, traces });
  expect(runs.map(({ runId }) => runId as Id<"run">)).toEqual(["r3", "r2", "r1"]);
  expect(runs[2]!.events).toMatchObject([{ content: "log of r1" }]);
  expect(asked).toEqual([
    { agent: "support", limit: 10 },
    { agent: "support", limit: 8, before: { startedAtMs: 9, runId: "r2" } },
    { agent: "support", limit: 7, before: { startedAtMs: 8, runId: "r1" } },
  ]);
  await expect(readProductionLogs(app, { query, limit: 10 })).rejects.toMatchObject({ code: "ready.no_traces" });
});
