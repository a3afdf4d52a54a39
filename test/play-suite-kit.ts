import type { EvalCase, IsolationLevel, RunEvent, Trial } from "../src/domain/index.ts";
import { openPerformer } from "../src/app/performers.ts";
import { type LoadedSuite, runSuite } from "../src/eval/index.ts";
import { idMaker, systemClock } from "../src/kernel/index.ts";
import { openSqliteStore } from "../src/store/adapters/sqlite/open-sqlite-store.ts";

export interface PlayedTrial {
  readonly evalCase: EvalCase;
  readonly trial: Trial;
  readonly events: readonly RunEvent[];
}

/** Runs a suite that was loaded as `aegis eval run` does, with a store in memory. */
export async function playLoaded(
  suite: LoadedSuite,
  { isolation, root, file }: { readonly isolation: IsolationLevel; readonly root: string; readonly file: string },
): Promise<PlayedTrial[]> {
  await using store = await openSqliteStore({ path: ":memory:" });
  await using performer = await openPerformer(isolation, { root, suiteFiles: [file], caseFiles: [], width: 2 });
  const { trials } = await runSuite(
    suite,
    {
      name: "played",
      isolation,
      concurrency: isolation === "none" ? 8 : 2,
      seed: 1,
      signal: new AbortController().signal,
      attributes: {},
    },
    {
      store,
      clock: systemClock,
      makeId: idMaker(systemClock, Math.random),
      processId: process.pid,
      prices: {},
      perform: performer.perform,
      makeJudge: () => Promise.reject(new Error("these suites have no judge")),
    },
  );
  return Promise.all(
    trials.map(async (trial) => ({
      trial,
      evalCase: suite.cases.find(({ id }) => id === trial.caseId) as EvalCase,
      events: await store.read(trial.runId),
    })),
  );
}
