import { expect, onTestFinished, test } from "vitest";
import { openApp } from "../open-app.ts";
import { makeProject } from "../project.test-kit.ts";
import { importTraces } from "./import-traces.ts";
import { settleBeforeLooking } from "./settle-before-looking.ts";

/** A conversation as tau-bench records it. */
const RECORDING = JSON.stringify([
  {
    task_id: 1,
    trial: 0,
    reward: 0,
    info: { task: { instruction: "help", actions: [], outputs: [] } },
    traj: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Please cancel order 7" },
      { role: "assistant", content: "It is done." },
    ],
  },
]);

test("what was imported is settled at once, and known when it is imported again", async () => {
  const folder = makeProject({ "aegis.config.mjs": "export default {};", "runs.json": RECORDING });
  const app = await openApp({ cwd: folder, env: {}, storePath: ":memory:" });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const store = await app.store();
  const imports = () => importTraces(app, { files: ["runs.json"] });
  expect(await imports()).toMatchObject([{ runCount: 1, knownCount: 0 }]);
  expect(await store.listUnsettledLogs(10)).toEqual([]);
  const [run] = await store.listTraces({ limit: 9, text: "cancel order" });
  expect(await imports()).toMatchObject([{ runCount: 0, knownCount: 1 }]);
  expect(await store.listUnsettledLogs(10)).toEqual([]);
  expect(await store.listTraces({ limit: 9 })).toMatchObject([{ runId: run!.runId }]);
});

test("a cost that a recording counted for the whole stays when the run is settled again", async () => {
  const folder = makeProject({ "aegis.config.mjs": "export default {};", "runs.json": RECORDING });
  const app = await openApp({ cwd: folder, env: {}, storePath: ":memory:" });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const store = await app.store();
  await importTraces(app, { files: ["runs.json"] });
  const [run] = await store.listTraces({ limit: 9 });
  await store.saveTraces([{ summary: { ...run!, costMicroUsd: 77 }, words: "cancel" }]);
  const said = { kind: "rating", name: "helpful", score: 0, by: "ada" } as const;
  await store.addFeedback([{ ...said, id: app.makeId(), runId: run!.runId, atMs: 5 }]);
  await settleBeforeLooking(app);
  expect(await store.findTrace(run!.runId)).toMatchObject({ costMicroUsd: 77 });
});
