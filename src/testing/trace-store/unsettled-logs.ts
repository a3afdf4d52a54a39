import { expect, test } from "vitest";
import type { UnsettledLog } from "../../store/index.ts";
import { newPlace } from "../runtime-store/place.ts";
import { makeId, sampleEvalRun, sampleTrial } from "../sample-records.ts";
import { withRuns } from "../sample-runtime-records.ts";
import { sampleFeedback } from "../sample-trace-records.ts";
import type { OpenStore } from "../store-conformance.ts";

const idsOf = (logs: readonly UnsettledLog[]) => logs.map(({ runId }) => runId);

export function describeUnsettledLogs(openAt: OpenStore): void {
  test("a run is unsettled once it has ended, a trial once it is saved, both when people say something of them", async () => {
    const store = await openAt(newPlace());
    const { runs } = await withRuns(store, 2);
    expect(await store.listUnsettledLogs(10)).toEqual([]);
    await store.endRun({ id: runs[0]!.id, outcome: "answered", atMs: 5 });
    const evalRun = sampleEvalRun();
    await store.createEvalRun(evalRun);
    const trial = sampleTrial(evalRun.id, { caseId: "a", attemptIndex: 0 });
    await store.saveTrial(trial);
    const ended = [runs[0]!.id, trial.runId].toSorted();
    expect(idsOf(await store.listUnsettledLogs(10))).toEqual(ended);
    expect(idsOf(await store.listUnsettledLogs(1))).toEqual(ended.slice(0, 1));
    await store.noteSettledLogs(await store.listUnsettledLogs(10));
    expect(await store.listUnsettledLogs(10)).toEqual([]);
    const feedback = sampleFeedback({ runId: trial.runId });
    await store.addFeedback([feedback]);
    expect(idsOf(await store.listUnsettledLogs(10))).toEqual([trial.runId]);
    await store.noteSettledLogs(await store.listUnsettledLogs(10));
    await store.addFeedback([feedback]);
    expect(await store.listUnsettledLogs(10)).toEqual([]);
    await store.noteSettledLogs([]);
  });

  test("what changes while a log is read leaves it unsettled", async () => {
    const store = await openAt(newPlace());
    const runId = makeId<"run">();
    await store.addFeedback([sampleFeedback({ runId })]);
    const seen = await store.listUnsettledLogs(10);
    await store.addFeedback([sampleFeedback({ runId })]);
    await store.noteSettledLogs(seen);
    expect(idsOf(await store.listUnsettledLogs(10))).toEqual([runId]);
    await store.noteSettledLogs(await store.listUnsettledLogs(10));
    expect(await store.listUnsettledLogs(10)).toEqual([]);
  });
}
