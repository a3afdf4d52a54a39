import { costOf, mergePrices } from "../../model/pricing/index.ts";
import type { RunRecord, WebhookEvent } from "../../domain/index.ts";
import { type DeployMode, openRuntime, type Runtime } from "../../runtime/index.ts";
import type { Store } from "../../store/index.ts";
import type { App } from "../open-app.ts";
import { chooseDispatcher } from "./choose-dispatcher.ts";
import { loadAgents } from "./load-agents.ts";

export interface LiveRuntimeRequest {
  /** Names of the agents to serve; all of the project unless told. */
  readonly agents?: readonly string[];
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
  const { deploy, onError, onStep } = request;
  const [config, store] = await Promise.all([app.config(), app.store()]);
  const { directory, openSession } = await loadAgents(config, request.agents);
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
      offers: directory.offers,
      clock,
      ...(onError && { onError }),
    }),
    ...(config.serve.restate && { reconcileMs: RECONCILE_MS }),
    ...(deploy && { deploy }),
    ...(onError && { onError }),
    ...(onStep && { onStep }),
  });
  return { runtime, store };
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
