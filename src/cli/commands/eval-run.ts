import { z } from "zod";
import { LIMITS } from "../../kernel/index.ts";
import { type EvalRecord, type EvalResult, findBaselineRecord, findSuite, runEval } from "../../app/index.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { caseFlags } from "../case-flags.ts";
import { definedOnly } from "../defined-only.ts";
import { watchProgress } from "../watch-progress.ts";
import { reportFlags } from "../report-flags.ts";

const flags = z.strictObject({
  ...caseFlags,
  failing: z.boolean().default(false).describe("only cases that failed a trial in the last run"),
  concurrency: z.coerce.number().int().min(1).max(LIMITS.concurrencyMax).optional().describe("trials at a time"),
  seed: z.coerce.number().int().min(0).optional().describe("repeat the draws of an earlier run"),
  budgetUsd: z.coerce
    .number()
    .positive()
    .optional()
    .describe("start no more trials once this much is known to be spent"),
  workers: z
    .enum(["restate"])
    .optional()
    .describe("perform trials on the processes started with `aegis serve --trials`; needs Postgres and Restate"),
  faults: z.array(z.string()).default([]).describe("profiles of faults to put every trial under, e.g. flaky-api"),
  resume: z.boolean().default(false).describe("go on with the last interrupted run of the suite"),
  run: z.string().optional().describe("name of this run; with --resume, the run to go on with"),
  compare: z
    .string()
    .optional()
    .describe("compare with this baseline or run (main unless told, when --fail-on needs one)"),
  setBaseline: z.string().optional().describe("make this run the suite's baseline of that name if the gate passes"),
  ...reportFlags,
});

type Flags = z.output<typeof flags>;

export const evalRun = defineCommand({
  name: "eval run",
  summary: "Run a suite, several trials per case, and decide the gate.",
  about: [
    "Each trial runs in a fresh world. Results are stored as they come: after Ctrl-C or a crash, --resume goes on.",
    "Exit codes: 0 the gate passed, 1 it failed, 2 the agent could not be measured (no cases, too many voids,",
    "checks that could not decide). Without --fail-under the gate fails when a regression case is below its bar.",
  ].join("\n"),
  flags,
  examples: [
    { line: "aegis eval run --suite production-v2", does: "run every case as the suite says" },
    {
      line: "aegis eval run --suite production-v2 --trials 5 --fail-under 95",
      does: "five trials each, at least 95 %",
    },
    { line: "aegis eval run --fail-on regressed,behaviour", does: "compare with the baseline `main` as well" },
    { line: "aegis eval run --faults flaky-api", does: "the same, while tools fail as they do in production" },
    { line: "aegis eval run --failing", does: "only what failed last time" },
    { line: "aegis eval run --resume", does: "go on where the last run stopped" },
    { line: "aegis eval run --workers restate --concurrency 60", does: "spread the trials over the cluster's workers" },
  ],
  async run(context) {
    const { flags: given, app, terminal } = context;
    const progress = watchProgress(terminal, { isQuiet: given.json });
    // What the report needs is read while the first agents answer.
    let reporting: Promise<typeof import("./report-run.ts")> | undefined;
    const readReports = () => (reporting ??= import("./report-run.ts"));
    const baseline = await findBaseline(context);
    const result = await evaluate(context, {
      ...progress,
      trial(...told) {
        progress.trial(...told);
        void readReports();
      },
    });
    progress.end();
    const comparison = await compareWith(baseline, result);
    const { decideGate, printReports, summarizeRun } = await readReports();
    const summary = summarizeRun(result.run, result.trials);
    const gate = decideGate({ summary, ...(comparison && { comparison }), options: gateOptions(given) });
    if (given.budgetUsd !== undefined && summary.suite.costMicroUsd === null) terminal.err(UNKNOWN_COST);
    if (result.stoppedBy) terminal.err(stoppedText(result));
    await printReports({ summary, gate, ...(comparison && { comparison }) }, context);
    if (given.setBaseline !== undefined && gate.exitCode === 0) {
      const store = await app.store();
      await store.setBaseline({ suite: result.run.suite, name: given.setBaseline, evalRunId: result.run.id });
    }
    return gate.exitCode;
  },
});

async function evaluate(
  { flags: given, app, signal }: CommandContext<Flags>,
  progress: ReturnType<typeof watchProgress>,
): Promise<EvalResult> {
  const { suite, agent, trials, isolation, concurrency, seed, budgetUsd, workers, run } = given;
  return runEval(app, {
    cases: given.case,
    tags: given.tag,
    kinds: given.kind,
    failing: given.failing,
    ...(given.faults.length > 0 && { faults: given.faults }),
    resume: given.resume ? (run ?? true) : false,
    signal,
    onStart: progress.start,
    onPrepare: progress.prepare,
    onTrial: progress.trial,
    ...definedOnly({ suite, agent, trials, isolation, concurrency, seed, budgetUsd, workers }),
    ...(run !== undefined && !given.resume && { runName: run }),
  });
}

/** Looked for before the first trial: a run that cannot be compared as asked is not begun, and not paid for. */
async function findBaseline({ flags: given, app }: CommandContext<Flags>): Promise<EvalRecord | undefined> {
  // What is flaky shows in this run alone.
  const isNeeded = given.compare !== undefined || given.failOn.some((finding) => finding !== "flaky");
  if (!isNeeded) return undefined;
  const name = given.compare ?? "main";
  const store = await app.store();
  const run = await store.findEvalRun(name);
  if (run) return { run, trials: await store.listTrials(run.id) };
  const suite = await findSuite(await app.config(), given.suite);
  return findBaselineRecord(app, suite.name, name);
}

async function compareWith(a: EvalRecord | undefined, b: EvalResult) {
  if (!a || b.trials.length === 0) return undefined;
  const { compareRuns } = await import("../../eval/compare/index.ts");
  return compareRuns({ a, b });
}

function gateOptions({ failUnder, failOn, maxVoidShare }: Flags) {
  return { failOn, ...definedOnly({ failUnder, maxVoidShare }) };
}

const UNKNOWN_COST =
  "--budget-usd could not hold: the cost of some model calls is unknown; put the model's price into aegis.config.ts\n";

function stoppedText({ run, stoppedBy }: EvalResult): string {
  const why = stoppedBy === "budget" ? "the budget is spent" : "it was interrupted";
  return `${run.name} is not finished: ${why}. Go on with: aegis eval run --suite ${run.suite} --resume\n`;
}
