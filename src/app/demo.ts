import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { AegisError } from "../kernel/index.ts";
import { type Comparison, compareRuns } from "../eval/compare/index.ts";
import { type RunSummary, summarizeRun } from "../eval/summary/index.ts";
import { importEval } from "./import-eval.ts";
import { type App, openApp } from "./open-app.ts";
import { type EvalRequest, type EvalResult, runEval } from "./run-eval.ts";

const PACKAGE_ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SUITE = "production-v2";

/** The demo's project, with results in the store of the folder the demo was called from. */
export async function openDemo(app: App): Promise<{ runDemoSuite(request: EvalRequest & { readonly agent: string }): Promise<EvalResult> }> {
  const folder = ["examples/support", "dist/examples/support"].map((path) => join(PACKAGE_ROOT, path)).find((path) => existsSync(path));
  if (!folder) throw new AegisError("io.failed", `the demo's project is missing from ${PACKAGE_ROOT}`);
  return {
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

interface DemoAct {
  findRecordings(env: NodeJS.ProcessEnv): { dataFolder: string; regrade: readonly string[]; compare: readonly [string, string] | null } | { missing: string };
  regradeRecordings(options: { readonly dataFolder: string; readonly files: readonly string[]; readonly write: (line: string) => void }): RegradedFiles;
}

/** Real recorded agents: their tool calls executed again, and two of them compared. Left out where the data is not found. */
export async function playSecondAct(app: App, write: (line: string) => void): Promise<SecondAct> {
  const file = join(PACKAGE_ROOT, "examples", "tau", "demo-act.ts");
  if (!existsSync(file)) return { kind: "missing", reason: "the examples with recorded agents are not part of this package" };
  const act = (await import(pathToFileURL(file).href)) as DemoAct;
  const found = act.findRecordings(app.env);
  if ("missing" in found) return { kind: "missing", reason: found.missing };
  const { dataFolder, regrade, compare } = found;
  const regraded = act.regradeRecordings({ dataFolder, files: regrade, write });
  return { kind: "played", regraded, comparison: compare && (await compareRecordings(app, compare)) };
}

async function compareRecordings(app: App, files: readonly [string, string]) {
  const time = new Date(app.clock.nowMs()).toISOString().slice(11, 19).replaceAll(":", "");
  const [a, b] = await Promise.all(
    files.map(async (file, index) => {
      const runName = `demo-recorded-${index === 0 ? "a" : "b"}-${time}`;
      const { run, trials } = await importEval(app, { files: [file], format: "tau2", runName });
      return { run, trials: trials.map(({ trial }) => trial) };
    }),
  );
  if (!a || !b) return null;
  return { summary: summarizeRun(b.run, b.trials), comparison: compareRuns({ a, b }) };
}
