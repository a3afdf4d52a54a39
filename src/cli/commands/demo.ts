import { relative } from "node:path";
import { z } from "zod";
import type { SuiteRunResult } from "../../eval/index.ts";
import { type Comparison, compareRuns } from "../../eval/compare/index.ts";
import { decideGate, type GateDecision } from "../../eval/gate/index.ts";
import { summarizeRun } from "../../eval/summary/index.ts";
import { openDemo, playSecondAct } from "../../app/demo/index.ts";
import { jsonLine } from "../../kernel/index.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { demoStage } from "../demo-stage.ts";

const flags = z.strictObject({
  trials: z.coerce.number().int().min(2).max(20).default(5).describe("trials per case"),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .default(7)
    .describe("the draws of the scripted agents; fixed, so that the story repeats"),
  json: z.boolean().default(false).describe("print what happened as JSON"),
});

type Context = CommandContext<z.output<typeof flags>>;

/** The two versions of the shop's agent the story compares. */
const BEFORE = "careful";
const AFTER = "changed";

export const demo = defineCommand({
  name: "demo",
  summary: "See the whole story on a small shop, offline, in under a minute.",
  about: [
    "Needs no key and no network. Runs the suite production-v2 of the support example with a careful agent, then with a",
    "changed one whose pass rate is the same, compares them and lets the gate decide. Where real recorded agents are",
    "found (AEGIS_DATA, or ../shared/data), a second act executes their tool calls again and compares two of them.",
    "Exit codes: 0 the story came out as told, 1 it did not, 2 it could not be measured.",
  ].join("\n"),
  flags,
  examples: [
    { line: "aegis demo", does: "both acts" },
    { line: "aegis demo --json", does: "the same as data" },
  ],
  async run(context) {
    const { flags: given, terminal, app } = context;
    const stage = demoStage(terminal, { isQuiet: given.json });
    const startMs = performance.now();
    stage.title("Act 1: a shop's support agent, and a change that nobody would notice");
    const before = await perform(context, stage, BEFORE);
    stage.run(summarizeRun(before.run, before.trials));
    const after = await perform(context, stage, AFTER);
    const summary = summarizeRun(after.run, after.trials);
    const comparison = compareRuns({ a: before, b: after });
    const gate = decideGate({ summary, comparison, options: { failOn: ["regressed", "behaviour"] } });
    stage.comparison({ summary, comparison, gate });
    stage.title("Act 2: real recorded agents");
    const secondAct = await playSecondAct(app, stage.note);
    stage.secondAct(secondAct);
    const seconds = (performance.now() - startMs) / 1000;
    const verdict = judgeStory({ before, after, gate, comparison });
    const folder = relative(app.cwd, openDemo(app).folder);
    stage.end({ before: before.run.name, after: after.run.name, folder, seconds, verdict });
    if (given.json)
      terminal.out(
        jsonLine({ before: before.run.name, after: after.run.name, comparison, gate, secondAct, seconds, verdict }),
      );
    return verdict.exitCode;
  },
});

async function perform(
  { app, flags: given, signal }: Context,
  stage: ReturnType<typeof demoStage>,
  agent: string,
): Promise<SuiteRunResult> {
  const { runDemoSuite } = openDemo(app);
  const progress = stage.progress();
  const result = await runDemoSuite({
    agent,
    trials: given.trials,
    seed: given.seed,
    signal,
    onStart: progress.start,
    onTrial: progress.trial,
  });
  progress.end();
  return result;
}

export interface StoryVerdict {
  readonly exitCode: 0 | 1 | 2;
  readonly sentence: string;
}

/** Did it happen as told: the same pass rate, behaviour flagged, gate closed? */
function judgeStory(played: {
  readonly before: SuiteRunResult;
  readonly after: SuiteRunResult;
  readonly gate: GateDecision;
  readonly comparison: Comparison;
}): StoryVerdict {
  const { before, after, gate, comparison } = played;
  if (before.stoppedBy || after.stoppedBy) return { exitCode: 2, sentence: "The demo was stopped before its end." };
  if (gate.exitCode === 2)
    return { exitCode: 2, sentence: "The agents could not be measured on this machine; `aegis doctor` may say why." };
  const isSameRate = comparison.suite.verdict === "no difference shown";
  const isFlagged = comparison.counts["behaviour changed"] > 0;
  if (gate.exitCode === 1 && isSameRate && isFlagged) {
    const count = comparison.counts["behaviour changed"];
    return {
      exitCode: 0,
      sentence: `The pass rate does not tell the two apart; the log does: ${count} cases behave differently, and the gate stays shut.`,
    };
  }
  return { exitCode: 1, sentence: "The story did not come out as told: read the comparison above." };
}
