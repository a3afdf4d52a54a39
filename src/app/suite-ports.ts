import { availableParallelism } from "node:os";
import type { JsonObject } from "../kernel/index.ts";
import type { LoadedSuite, MakeJudge, SuitePorts } from "../eval/index.ts";
import type { Config } from "./config.ts";
import { suiteFiles } from "./find-suites.ts";
import type { App } from "./open-app.ts";
import type { PerformerPlace } from "./performers.ts";

/** Where a suite's trials are performed on this machine. */
export function performerPlace(config: Config, suite: LoadedSuite, concurrency: number | undefined): PerformerPlace {
  return {
    root: config.root,
    suiteFiles: [suite.file, ...suiteFiles(config)],
    caseFiles: suite.cases.flatMap(({ file }) => file ?? []),
    width: Math.min(concurrency ?? config.concurrency ?? availableParallelism(), suite.cases.length * suite.trials),
  };
}

/** What a suite is run with. */
export async function suitePorts(app: App, by: Pick<SuitePorts, "perform" | "endpoint">): Promise<SuitePorts> {
  const config = await app.config();
  return {
    store: await app.store(),
    clock: app.clock,
    makeId: app.makeId,
    processId: process.pid,
    prices: config.prices as unknown as JsonObject,
    makeJudge: lazyJudges(config),
    openUser: async (spec, trial) => (await import("./open-user.ts")).openUser(config, spec, trial),
    // The driver is loaded for a case that has a database.
    openDatabase: async (spec) => {
      const { postgresDatabases } = await import("../world/adapters/postgres-database.ts");
      return postgresDatabases(app.env)(spec);
    },
    ...by,
  };
}

/** Judges and what they need are loaded only for a suite that has one. */
function lazyJudges(config: Config): MakeJudge {
  let maker: Promise<MakeJudge> | undefined;
  return async (spec, file) => {
    maker ??= import("./make-judge.ts").then(({ judgeMaker }) => judgeMaker(config));
    return (await maker)(spec, file);
  };
}
