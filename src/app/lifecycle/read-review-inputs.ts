import type { RunEvent, Trial } from "../../domain/index.ts";
import { toolsIn, toolsNamed } from "../../eval/index.ts";
import type { CaseText, DeclaredTools, ReviewOptions, SuiteHistory } from "../../eval/lifecycle/index.ts";
import type { Store } from "../../store/index.ts";
import type { App } from "../open-app.ts";
import { caseTexts, loggedText } from "./case-texts.ts";
import { readProduction } from "./read-production.ts";
import type { ReadHistory } from "./read-history.ts";

/** Logs read per version, one of each case, and how far: the tools on offer stand at the beginning. */
const LOGS_PER_VERSION_MAX = 500;
const BEGINNING_EVENTS = 20;

/** What a review needs besides results: what cases ask and name, which tools versions were offered, and production. */
export async function readReviewInputs(
  app: App,
  {
    suite,
    history,
    productionFile,
  }: Pick<ReadHistory, "suite"> & {
    readonly history: SuiteHistory;
    readonly productionFile?: string;
  },
): Promise<ReviewOptions> {
  const store = await app.store();
  const declared: DeclaredTools[] = [];
  const logged = new Map<string, CaseText>();
  for (const group of history.groups) {
    const logs = await beginnings(
      store,
      [...group.cases.values()].flatMap(({ trials }) => trials.slice(0, 1)),
    );
    const called = [...group.cases.values()].flatMap(({ trials }) => trials.flatMap(calledTools));
    const offered = logs.flatMap(({ events }) => events.filter(isOffer).flatMap(toolsIn));
    // Calls alone do not tell what else there was to call.
    declared.push({ label: group.label, tools: offered.length === 0 ? [] : [...new Set([...offered, ...called])] });
    if (!suite) for (const { caseId, events } of logs) logged.set(caseId, loggedText(events));
  }
  const agent = history.groups.at(-1)?.runs.at(-1)?.agent.name;
  const production = await readProduction(app, {
    ...(agent !== undefined && { agent }),
    ...(productionFile !== undefined && { file: productionFile }),
  });
  return {
    texts: suite ? caseTexts(suite) : logged,
    suiteTools: suite ? toolsNamed(suite.checks.filter((spec) => !("toolsAllowed" in spec))) : [],
    declared,
    production,
    ...(suite && { caseIds: suite.cases.map(({ id }) => id) }),
  };
}

function isOffer({ type }: RunEvent): boolean {
  return type === "run.started" || type === "model.called";
}

function calledTools({ metrics }: Trial): string[] {
  return metrics.tools.map(({ tool }) => tool);
}

async function beginnings(store: Store, trials: readonly Trial[]) {
  return Promise.all(
    trials.slice(0, LOGS_PER_VERSION_MAX).map(async ({ caseId, runId }) => ({
      caseId,
      events: await store.read(runId, { limit: BEGINNING_EVENTS }),
    })),
  );
}
