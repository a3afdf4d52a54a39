import { AegisError } from "../../kernel/index.ts";
import type { IsolationLevel } from "../../domain/index.ts";
import type { PerformTrial, SuiteRunResult } from "../../eval/index.ts";
import { type Dispatcher, tellRun, TRIAL_AGENT } from "../../runtime/index.ts";
import { restateSender } from "../../runtime/adapters/restate-sender.ts";
import type { Store } from "../../store/index.ts";
import type { Config } from "../config.ts";
import type { App } from "../open-app.ts";
import { performOnWorkers } from "./perform-on-workers.ts";
import { TRIALS_OWNER, trialVersion } from "./trial-order.ts";

/** Workers that take this project's trials, while they are asked to. */
export interface Workers extends AsyncDisposable {
  readonly perform: PerformTrial;
  /** How many there were at the start. */
  readonly count: number;
  /** What trials get: a worker has other people's runs in its process, so `none` is never what they get. */
  readonly isolation: IsolationLevel;
  /** Keeps in the eval's record how many of them performed its trials. */
  note(result: SuiteRunResult): Promise<SuiteRunResult>;
}

const LOOK_MS = 2_000;
/** How long trials wait for a worker when the last one is gone: a deploy, a machine that starts again. */
const DESERTED_LIMIT_MS = 60_000;
const LEFT_PAGE = 1_000;

/**
 * The workers that take trials.
 * @throws {AegisError} "config.bad_file" without Postgres and Restate, "eval.no_workers" when nobody takes trials
 */
export async function openWorkers(app: App, asked: IsolationLevel): Promise<Workers> {
  const config = await app.config();
  const ingressUrl = assertShared(app, config);
  const store = await app.store();
  const version = trialVersion();
  const count = await countTakers(store, version);
  if (count === 0) {
    throw new AegisError("eval.no_workers", `No worker takes trials of version ${version} over this store`);
  }
  const orderedBy = `eval-${app.makeId()}`;
  const release = await store.holdWorker(orderedBy);
  await removeLeftTrials(app, store);
  const isolation = asked === "none" ? "process" : asked;
  const used = new Set<string>();
  const watch = watchTakers(store, version);
  const { clock, makeId } = app;
  return {
    count,
    isolation,
    async note(result) {
      const run = { ...result.run, attributes: { ...result.run.attributes, workers: used.size } };
      await store.updateEvalRun(run);
      return { ...result, run };
    },
    perform: performOnWorkers({
      store,
      clock,
      makeId,
      dispatcher: forgiving(restateSender({ ingressUrl, clock, fetch })),
      root: config.root,
      version,
      orderedBy,
      isolation,
      deserted: watch.deserted,
      onPerformed: (workerId) => used.add(workerId),
    }),
    async [Symbol.asyncDispose]() {
      watch.close();
      // Of one that was killed a moment before this one began: its lock was still there then.
      await removeLeftTrials(app, store).catch(() => undefined);
      await release();
    },
  };
}

function assertShared(app: App, { storePath, serve }: Config): string {
  const isShared = /^postgres(ql)?:/.test(app.env["AEGIS_STORE"] ?? storePath);
  const { ingressUrl } = serve.restate ?? {};
  if (isShared && ingressUrl !== undefined) return ingressUrl;
  const missing = [...(isShared ? [] : ["store"]), ...(ingressUrl === undefined ? ["serve.restate"] : [])];
  const needs = "--workers restate needs `store: postgres://...` and `serve.restate` in aegis.config.ts";
  throw new AegisError("config.bad_file", `${needs}; missing here: ${missing.join(" and ")}`, {
    fix: "Name the Postgres and the Restate server that the workers use, as in examples/cluster/aegis.config.ts.",
  });
}

async function countTakers(store: Store, version: string): Promise<number> {
  const workers = (await store.listWorkers()).filter(
    ({ state, offers }) =>
      state === "live" && offers.some((offer) => offer.agent === TRIAL_AGENT && offer.version === version),
  );
  const held = await Promise.all(workers.map(({ id }) => store.isWorkerHeld(id)));
  return held.filter(Boolean).length;
}

/** What an eval that was killed had ordered: nobody waits for it. */
async function removeLeftTrials(app: App, store: Store): Promise<void> {
  const left = await store.listSessions({ ownerId: TRIALS_OWNER, agent: TRIAL_AGENT, limit: LEFT_PAGE });
  for (const { id, metadata } of left) {
    if (typeof metadata["orderedBy"] !== "string" || (await store.isWorkerHeld(metadata["orderedBy"]))) continue;
    for (const run of await store.listSessionRuns(id, { limit: 1 })) {
      const body = { kind: "cancel" as const };
      await tellRun({ ...app, store }, { runId: run.id, by: TRIALS_OWNER, body }).catch(() => undefined);
    }
    await store.removeSession(id);
  }
}

/** Aborts once there has been nobody for too long. */
function watchTakers(store: Store, version: string): { readonly deserted: AbortSignal; close(): void } {
  const deserted = new AbortController();
  let seenMs = performance.now();
  const look = async () => {
    if ((await countTakers(store, version)) > 0) seenMs = performance.now();
    if (performance.now() - seenMs < DESERTED_LIMIT_MS) return;
    deserted.abort(new AegisError("eval.no_workers", "The last worker that takes trials is gone"));
  };
  // A store that cannot be asked is told of by whoever needs the answer.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  return { deserted: deserted.signal, close: () => clearInterval(timer) };
}

/** What Restate could not be told, the workers find in the store; unless it never took anything. */
function forgiving({ dispatch }: Pick<Dispatcher, "dispatch">): Pick<Dispatcher, "dispatch"> {
  let isKnown = false;
  return {
    async dispatch(run, atMs) {
      try {
        await dispatch(run, atMs);
        isKnown = true;
      } catch (error) {
        if (!isKnown || !(error instanceof AegisError && error.code === "dispatch.unavailable")) throw error;
      }
    },
  };
}
