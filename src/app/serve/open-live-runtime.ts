import { costOf, mergePrices } from "../../model/pricing/index.ts";
import { AegisError } from "../../kernel/index.ts";
import type { RunRecord, WebhookEvent } from "../../domain/index.ts";
import { type DeployMode, openRuntime, type Runtime, TRIAL_AGENT, type TrialTaker } from "../../runtime/index.ts";
import type { Store } from "../../store/index.ts";
import type { Config } from "../config.ts";
import { suiteFiles } from "../find-suites.ts";
import type { App } from "../open-app.ts";
import { chooseDispatcher } from "./choose-dispatcher.ts";
import { loadAgents } from "./load-agents.ts";

export interface LiveRuntimeRequest {
  /** Names of the agents to serve; all of the project unless told. */
  readonly agents?: readonly string[];
  /** Performs trials of `aegis eval run --workers restate` too. */
  readonly takesTrials?: boolean;
  readonly deploy?: DeployMode;
  readonly onError?: (error: unknown) => void;
  readonly onStep?: (event: WebhookEvent, run: RunRecord) => Promise<void>;
}

export interface LiveRuntime {
  readonly runtime: Runtime;
  readonly store: Store;
}

/** How often runs that the engine may have lost are looked for. */
const RECONCILE_MS = 2_000;

/** The project's agents, performed over its store. */
export async function openLiveRuntime(app: App, request: LiveRuntimeRequest = {}): Promise<LiveRuntime> {
  const { takesTrials = false, deploy, onError, onStep } = request;
  const [config, store] = await Promise.all([app.config(), app.store()]);
  const { directory, openSession } = await loadAgents(config, { named: request.agents, mayBeNone: takesTrials });
  const trials = takesTrials ? await openTrialTaker(config, store) : undefined;
  const prices = mergePrices(config.prices);
  const { clock, makeId } = app;
  const runtime = await openRuntime({
    store,
    clock,
    makeId,
    agents: directory,
    openSession,
    costOf: (call) => costOf({ ...call, prices }),
    env: definedOnly(app.env),
    grants: config.serve.grants ?? [],
    openDispatcher: chooseDispatcher({
      restate: config.serve.restate,
      store,
      offers: [...directory.offers, ...(trials ? [{ agent: TRIAL_AGENT, version: trials.version }] : [])],
      clock,
      ...(onError && { onError }),
    }),
    ...(config.serve.restate && { reconcileMs: RECONCILE_MS }),
    ...(trials && { trials }),
    ...(deploy && { deploy }),
    ...(onError && { onError }),
    ...(onStep && { onStep }),
  });
  return { runtime, store };
}

/** Loaded only where it is asked for: it brings what evals need. */
async function openTrialTaker(config: Config, store: Store): Promise<TrialTaker> {
  if (config.serve.restate === undefined) {
    throw new AegisError("config.bad_file", "--trials needs `serve.restate` in aegis.config.ts", {
      fix: "Name the Restate server that hands out runs, or serve without --trials.",
    });
  }
  const { takeTrials } = await import("../workers/take-trials.ts");
  return takeTrials({ root: config.root, suiteFiles: suiteFiles(config), store });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
