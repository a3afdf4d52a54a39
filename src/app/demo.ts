import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { EvalRun, Trial } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";
import { type Comparison, compareRuns } from "../eval/compare/index.ts";
import { type RunSummary, summarizeRun } from "../eval/summary/index.ts";
import { importEval } from "./import-eval.ts";
import { type App, openApp } from "./open-app.ts";
import { type EvalRequest, type EvalResult, runEval } from "./run-eval.ts";

const PACKAGE_ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SUITE = "production-v2";

/** The demo's project, with results in the store of the folder the demo was called from. */
export function openDemo(app: App): {
  readonly folder: string;
  runDemoSuite(request: EvalRequest & { readonly agent: string }): Promise<EvalResult>;
} {
  const folder = ["examples/support", "dist/examples/support"]
    .map((path) => join(PACKAGE_ROOT, path))
    .find((path) => existsSync(path));
  if (!folder) throw new AegisError("io.failed", `the demo's project is missing from ${PACKAGE_ROOT}`);
  return {
    folder,
    async runDemoSuite(request) {
      const demoApp = await openApp({ cwd: folder, env: app.env });
      const time = new Date(app.clock.nowMs()).toISOString().slice(11, 19).replaceAll(":", "");
      const shared: App = { ...demoApp, store: app.store };
      return runEval(shared, { ...request, suite: SUITE, runName: `demo-${request.agent}-${time}` });
    },
  };
}

export type SecondAct =
  | { readonly kind: "missing"; readonly reason: string }
  | {
      readonly kind: "played";
      readonly regraded: RegradedFiles;
      readonly comparison: { readonly summary: RunSummary; readonly comparison: Comparison } | null;
    };

export interface RegradedFiles {
  readonly files: readonly {
    readonly file: string;
    readonly trajectories: number;
    readonly agree: number;
    readonly observations: number;
    readonly observationsIdentical: number;
  }[];
  readonly wallMs: number;
}

/** What `examples/tau/demo-act.ts` offers: recordings are found, and executed again, beside the domains they belong to. */
interface DemoAct {
  dataFolderOf(env: NodeJS.ProcessEnv): string;
  recordingsIn(dataFolder: string): readonly string[];
  regradeAndCompare(act: { readonly dataFolder: string; readonly write: (line: string) => void }): RegradedFiles;
}

/** Real recorded agents: their tool calls executed again, and two of them compared. Left out where the data is not found. */
export async function playSecondAct(app: App, write: (line: string) => void): Promise<SecondAct> {
  const file = join(PACKAGE_ROOT, "examples", "tau", "demo-act.ts");
  if (!existsSync(file))
    return { kind: "missing", reason: "the recorded agents' domains are not part of this package" };
  const act = (await import(pathToFileURL(file).href)) as DemoAct;
  const dataFolder = act.dataFolderOf(app.env);
  const recordings = existsSync(dataFolder) ? act.recordingsIn(dataFolder) : [];
  if (recordings.length === 0) {
    const reason = `no recordings in ${dataFolder}; they are public at github.com/sierra-research/tau-bench (MIT), AEGIS_DATA names their folder`;
    return { kind: "missing", reason };
  }
  const regraded = act.regradeAndCompare({ dataFolder, write });
  return { kind: "played", regraded, comparison: await compareRecordings(app, recordings) };
}

/** The two recordings that tried the most tasks in common. */
async function compareRecordings(app: App, files: readonly string[]) {
  const time = new Date(app.clock.nowMs()).toISOString().slice(11, 19).replaceAll(":", "");
  const runs = await Promise.all(
    files.map(async (file) => {
      const runName = `demo-${basename(file, ".json")}-${time}`;
      const { run, trials } = await importEval(app, { files: [file], format: "tau1", runName });
      return { run, trials: trials.map(({ trial }) => trial) };
    }),
  );
  const pairs = runs.flatMap((a, index) =>
    runs.slice(index + 1).map((b) => ({ a, b, common: commonCases(a.run, b.run) })),
  );
  const [best] = pairs.sort((left, right) => right.common - left.common);
  if (!best || best.common === 0) return null;
  const [a, b] = passCount(best.a.trials) >= passCount(best.b.trials) ? [best.a, best.b] : [best.b, best.a];
  return { summary: summarizeRun(b.run, b.trials), comparison: compareRuns({ a, b }) };
}

/** Same id and same question. */
function commonCases(a: EvalRun, b: EvalRun): number {
  const hashes = new Map(a.cases.map((each) => [each.id, each.hash]));
  return b.cases.filter((each) => each.hash !== "" && hashes.get(each.id) === each.hash).length;
}

function passCount(trials: readonly Trial[]): number {
  return trials.filter(({ outcome }) => outcome.kind === "scored" && outcome.isPass).length;
}
