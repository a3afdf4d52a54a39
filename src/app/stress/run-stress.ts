import { AegisError, seedFromText } from "../../kernel/index.ts";
import { type LoadedSuite, runSuite } from "../../eval/index.ts";
import {
  parseStress,
  planStress,
  type StressPlan,
  type StressSummary,
  summarizeStress,
} from "../../eval/stress/index.ts";
import type { App } from "../open-app.ts";
import { defaultConcurrency, openPerformer } from "../performers.ts";
import { type EvalRequest, planEval } from "../run-eval.ts";
import { performerPlace, suitePorts } from "../suite-ports.ts";
import { suiteEndpoint } from "../suite-endpoint.ts";

export interface StressRequest extends EvalRequest {
  /** As people write them: names, `name=1:5:25` for levels of its strength, or whole objects. */
  readonly conditions: readonly unknown[];
  readonly onPlan?: (plan: StressPlan, trialCount: number) => void;
}

export interface StressResult {
  readonly suite: string;
  readonly run: string;
  readonly seed: number;
  readonly summary: StressSummary;
  readonly leftOut: StressPlan["leftOut"];
  /** Trials that were to be made and were not. */
  readonly missing: number;
}

/** Runs a suite as it is and under conditions of production; kept under a name of its own, for it is no result of the suite. */
export async function runStress(app: App, request: StressRequest): Promise<StressResult> {
  const { suite, isolation } = await planEval(app, request);
  const { seed = seedFromText(app.makeId()), signal = new AbortController().signal } = request;
  const plan = planStress({ suite, conditions: parseStress(request.conditions.map(readCondition)), seed });
  const trialCount = plan.suite.cases.reduce((sum, each) => sum + (each.trials ?? plan.suite.trials), 0);
  request.onPlan?.(plan, trialCount);
  const config = await app.config();
  const stressed: LoadedSuite = { ...plan.suite, name: `${suite.name}/stress` };
  const endpoint = await suiteEndpoint(stressed, config);
  await using performer = await openPerformer(isolation, performerPlace(config, stressed, request.concurrency));
  const time = new Date(app.clock.nowMs()).toISOString().replaceAll(/[-:.]/g, "").slice(0, 18);
  try {
    const { run, trials } = await runSuite(
      stressed,
      {
        name: request.runName ?? `${suite.name}-stress-${time}`,
        isolation,
        concurrency: request.concurrency ?? config.concurrency ?? defaultConcurrency(isolation),
        seed,
        signal,
        attributes: { stress: request.conditions.map((each) => JSON.stringify(each)).join(" ") },
        ...(request.onTrial && { onTrial: request.onTrial }),
      },
      await suitePorts(app, { perform: performer.perform, ...(endpoint && { endpoint }) }),
    );
    const summary = summarizeStress(trials);
    return {
      suite: suite.name,
      run: run.name,
      seed,
      summary,
      leftOut: plan.leftOut,
      missing: trialCount - trials.length,
    };
  } finally {
    await endpoint?.[Symbol.asyncDispose]();
  }
}

/** `long-conversation=10:40` is short for levels, a text that begins with `{` is JSON. */
function readCondition(given: unknown): unknown {
  if (typeof given !== "string") return given;
  if (given.trimStart().startsWith("{")) return readJson(given);
  const [name = "", levels] = given.split("=");
  if (levels === undefined) return name;
  return { name, levels: levels.split(":").map((level) => (level.trim() === "" ? Number.NaN : Number(level))) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AegisError("condition.bad_parameters", `${text} is no JSON: ${(cause as Error).message}`, { cause });
  }
}
