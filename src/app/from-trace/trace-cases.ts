import { relative } from "node:path";
import type { EvalCase, IsolationLevel, Trial } from "../../domain/index.ts";
import { caseFromTrace, compareWithTrace, type Reproduction, type TraceCase } from "../../eval/from-trace/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { type LoadedSuite, playTake } from "../../eval/index.ts";
import { readRun } from "../../log/index.ts";
import { findSuite } from "../find-suites.ts";
import type { App } from "../open-app.ts";
import { type CasePlace, notRead, placeCases, type PlaceRequest } from "./place-cases.ts";
import type { FoundRun } from "./find-traced-run.ts";
import { playCases } from "./play-cases.ts";

export interface TraceCasesRequest extends Omit<PlaceRequest, "tracedAgent"> {
  readonly runs: readonly FoundRun[];
  /** Of the same task, and it went well. */
  readonly good?: FoundRun;
  readonly incident?: string;
  /** The agent's own model is asked, instead of saying again what was recorded. */
  readonly isLive: boolean;
}

export interface PlannedCases {
  readonly place: CasePlace;
  readonly cases: readonly { readonly made: TraceCase; readonly run: FoundRun }[];
  /** Paths are relative to the project's folder. */
  readonly root: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** What would be written: one case for each run. Nothing is written yet. */
export async function planTraceCases(app: App, request: TraceCasesRequest): Promise<PlannedCases> {
  const { runs, good, incident, isLive, ...wanted } = request;
  const config = await app.config();
  const place = await placeCases(config, { ...wanted, tracedAgent: tracedAgent(runs) }, app.cwd);
  if (isLive && place.isRecorded) {
    const fix = "Name an agent of the project with --agent, or a suite with --suite, or leave --live out.";
    throw new AegisError("cli.usage", "an agent that is only a recording has no model of its own to ask", { fix });
  }
  const made = await Promise.all(
    runs.map((run) =>
      caseFromTrace({
        failed: run,
        findings: run.findings,
        checks: run.checks,
        model: isLive ? "live" : "recorded",
        ...(good && { good }),
        ...(incident !== undefined && { incident }),
      }),
    ),
  );
  const folder = relative(config.root, place.folder);
  const files = made.flatMap((each) =>
    each.files.map(({ path, text }) => ({ path: `${folder}/${path}`, content: text })),
  );
  const { suiteText } = place;
  return {
    place,
    root: config.root,
    cases: made.flatMap((each, index) => (runs[index] ? [{ made: each, run: runs[index] }] : [])),
    files: [
      ...(suiteText === undefined ? [] : [{ path: relative(config.root, place.suiteFile), content: suiteText }]),
      ...files,
    ],
  };
}

export interface TriedCase {
  readonly id: string;
  readonly trials: readonly Trial[];
  /** Trials that failed, as the run in production did. */
  readonly failedCount: number;
  readonly voidCount: number;
  /** How the first trial compares with the trace; undefined where the model is live, or nothing could be measured. */
  readonly reproduction?: Reproduction;
  /** Whether the good run, played in the same case, holds its checks; undefined without one. */
  readonly isGoodPassing?: boolean;
}

export interface TryRequest {
  readonly isLive: boolean;
  readonly isolation?: IsolationLevel;
  readonly trials?: number;
  readonly signal: AbortSignal;
}

/** Runs the cases that were just written, by the suite that reads them. */
export async function tryTraceCases(app: App, planned: PlannedCases, request: TryRequest): Promise<TriedCase[]> {
  const config = await app.config();
  const loaded = await findSuite(config, planned.place.suiteFile);
  const ids = planned.cases.map(({ made }) => made.id);
  const cases = loaded.cases.filter(({ id }) => ids.includes(id));
  const unread = ids.filter((id) => !cases.some((each) => each.id === id));
  if (unread.length > 0) throw notRead(planned.place, unread, config.root);
  const trialCount = request.isLive ? request.trials : (request.trials ?? 1);
  const suite: LoadedSuite = { ...loaded, cases: cases.map((each) => withTrials(each, trialCount)) };
  const played = await playCases(app, suite, { ...request, name: "from-trace" });
  const goodCases = cases.flatMap(asGoodRun);
  const good =
    goodCases.length > 0
      ? await playCases(app, { ...loaded, cases: goodCases }, { ...request, name: "from-trace-good" })
      : [];
  const store = await app.store();
  return Promise.all(
    planned.cases.map(async ({ made }): Promise<TriedCase> => {
      const trials = played.filter(({ caseId }) => caseId === made.id);
      const [first] = trials;
      const isMeasured = first?.outcome.kind === "scored" && !request.isLive;
      const events = isMeasured ? await readRun(store, first.runId) : [];
      const goodTrial = good.find(({ caseId }) => caseId === made.id);
      return {
        id: made.id,
        trials,
        failedCount: trials.filter(({ outcome }) => outcome.kind === "scored" && !outcome.isPass).length,
        voidCount: trials.filter(({ outcome }) => outcome.kind === "void").length,
        ...(isMeasured && { reproduction: compareWithTrace({ ...made, events, verdicts: first.verdicts }) }),
        ...(goodTrial && { isGoodPassing: goodTrial.outcome.kind === "scored" && goodTrial.outcome.isPass }),
      };
    }),
  );
}

function tracedAgent(runs: readonly FoundRun[]): string {
  const started = runs[0]?.events.find((event) => event.type === "run.started");
  return started?.agent.name ?? "";
}

function withTrials(evalCase: EvalCase, trials: number | undefined): EvalCase {
  return trials === undefined ? evalCase : { ...evalCase, trials };
}

/** The same case, played by the good run's words; none where the cassette holds no good run, or the model is live. */
function asGoodRun(evalCase: EvalCase): EvalCase[] {
  const world = evalCase.world.modelReplay && playTake(evalCase.world, "good");
  return world ? [{ ...evalCase, trials: 1, world }] : [];
}
