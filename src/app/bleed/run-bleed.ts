import { AegisError, type Random, seededRandom, seedFromText } from "../../kernel/index.ts";
import type { EvalRun, Trial } from "../../domain/index.ts";
import { type BleedReport, type SharedTrial, summarizeBleed } from "../../eval/bleed/index.ts";
import { type LoadedSuite, runSuite, type SuiteProgress } from "../../eval/index.ts";
import { processSandboxProvider } from "../../sandbox/adapters/process-sandbox.ts";
import type { App } from "../open-app.ts";
import { defaultConcurrency, openPerformer } from "../performers.ts";
import { type EvalRequest, planEval } from "../run-eval.ts";
import { performerPlace, suitePorts } from "../suite-ports.ts";
import { suiteEndpoint } from "../suite-endpoint.ts";
import { openSharedPlace } from "./shared-place.ts";
import { sharedWorlds } from "./shared-world.ts";

export interface BleedRequest extends EvalRequest {
  /** How often the suite is run in shared state, each time in another order; 3 unless told. */
  readonly orders?: number;
  readonly onPart?: (part: string, trials: number) => void;
}

const ORDERS = 3;

/**
 * Runs a suite in clean worlds, and in one shared place in several orders, and tells what travelled. Its runs are kept
 * under a name of their own: they are no results of the suite.
 */
export async function runBleed(app: App, request: BleedRequest): Promise<BleedReport> {
  const { suite, isolation } = await planEval(app, request);
  const { orders = ORDERS, seed = seedFromText(app.makeId()) } = request;
  const trialCount = suite.cases.reduce((sum, each) => sum + (each.trials ?? suite.trials), 0);
  const level = isolation === "none" ? "process" : isolation;
  request.onPart?.(`clean worlds, isolation ${level}`, trialCount);
  const clean = await runPart(app, request, {
    name: "clean",
    suite,
    seed,
    level,
    concurrency: request.concurrency ?? defaultConcurrency(level),
  });
  const shared: SharedTrial[] = [];
  for (let orderIndex = 0; orderIndex < orders && !request.signal?.aborted; orderIndex += 1) {
    request.onPart?.(`shared state, order ${orderIndex + 1} of ${orders}`, trialCount);
    shared.push(...(await runOrder(app, request, { suite, orderIndex, seed })));
  }
  return summarizeBleed({ suite: suite.name, caseIds: suite.cases.map(({ id }) => id), clean: clean.trials, shared });
}

async function runOrder(
  app: App,
  request: BleedRequest,
  { suite, orderIndex, seed }: { readonly suite: LoadedSuite; readonly orderIndex: number; readonly seed: number },
): Promise<SharedTrial[]> {
  const random = seededRandom(seedFromText(`${seed}/order/${orderIndex}`));
  const ordered = { ...suite, cases: shuffled(suite.cases, random) };
  await using place = await openSharedPlace(processSandboxProvider(), `bleed-${orderIndex}`);
  await using worlds = suite.world && sharedWorlds(suite.world);
  const { trials } = await runPart(app, request, {
    name: `order-${orderIndex + 1}`,
    suite: worlds ? { ...ordered, world: worlds.factory } : ordered,
    seed,
    level: "process",
    concurrency: 1,
    perform: place.perform,
  });
  return trials.map(({ caseId, attemptIndex, runId, outcome }, position) => ({
    caseId,
    orderIndex,
    position,
    isPass: outcome.kind === "scored" ? outcome.isPass : null,
    found: [...place.foundBy(runId), ...(worlds?.foundBy(caseId, attemptIndex) ?? [])],
  }));
}

interface Part {
  readonly name: string;
  readonly suite: LoadedSuite;
  readonly seed: number;
  readonly level: Exclude<EvalRun["isolation"], "none">;
  readonly concurrency: number;
  readonly perform?: Parameters<typeof suitePorts>[1]["perform"];
}

async function runPart(app: App, request: BleedRequest, part: Part): Promise<{ readonly trials: readonly Trial[] }> {
  const { suite, seed, level, concurrency } = part;
  const config = await app.config();
  await using performer = part.perform
    ? undefined
    : await openPerformer(level, performerPlace(config, suite, concurrency));
  const perform = part.perform ?? performer?.perform;
  if (perform === undefined) throw new AegisError("sandbox.unavailable", `nobody performs at ${level}`);
  const endpoint = await suiteEndpoint(suite, config);
  const time = new Date(app.clock.nowMs()).toISOString().replaceAll(/[-:.]/g, "").slice(0, 18);
  const named = { ...suite, name: `${suite.name}/bleed` };
  try {
    return await runSuite(
      named,
      {
        name: `${suite.name}-bleed-${part.name}-${time}`,
        isolation: level,
        concurrency,
        seed,
        signal: request.signal ?? new AbortController().signal,
        attributes: { bleed: part.name },
        onTrial: (trial: Trial, progress: SuiteProgress) => request.onTrial?.(trial, progress),
      },
      await suitePorts(app, { perform, ...(endpoint && { endpoint }) }),
    );
  } finally {
    await endpoint?.[Symbol.asyncDispose]();
  }
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const mixed = [...items];
  for (let index = mixed.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [mixed[index], mixed[other]] = [mixed[other] as Item, mixed[index] as Item];
  }
  return mixed;
}
