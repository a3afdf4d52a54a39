import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { AegisError, systemClock } from "../../kernel/index.ts";
import type { IsolationLevel, NewEvent } from "../../domain/index.ts";
import type { AgentTarget, TrialPerformance } from "../../eval/index.ts";
import type { TrialTaker } from "../../runtime/index.ts";
import type { Store } from "../../store/index.ts";
import { openPerformer, type Performer } from "../performers.ts";
import { agentHash } from "../resume-run.ts";
import { type ModelRelay, openModelRelay } from "./model-relay.ts";
import { orderIn, resultJson, type TrialOrder, trialVersion } from "./trial-order.ts";

interface TrialPlace {
  /** The project's folder: nothing outside of it is run. */
  readonly root: string;
  /** What lies beside them is not for agents. */
  readonly suiteFiles: readonly string[];
  readonly store: Pick<Store, "isWorkerHeld">;
}

/** Performs the trials of other processes' evals, each in a sandbox of its own. */
export function takeTrials({ root, suiteFiles, store }: TrialPlace): TrialTaker {
  let relay: Promise<ModelRelay> | undefined;
  const performers = new Map<IsolationLevel, Promise<Performer>>();
  // One eval's trials all see the files as its first did; the next eval looks anew.
  const lastOrderedBy = new Map<IsolationLevel, string>();
  const performerOf = (level: IsolationLevel): Promise<Performer> => {
    const open = performers.get(level) ?? openPerformer(level, { root, suiteFiles, caseFiles: [], width: 1 });
    performers.set(level, open);
    // A level that could not be opened may be there the next time.
    open.catch(() => performers.delete(level));
    return open;
  };
  return {
    version: trialVersion(),
    async conduct({ run, onEvent, signal }) {
      const order = orderIn(run);
      const isolation = levelHere(order.isolation);
      const { perform, forget } = await performerOf(isolation);
      if (lastOrderedBy.get(isolation) !== order.orderedBy) forget();
      lastOrderedBy.set(isolation, order.orderedBy);
      const target = await targetHere(order, root);
      if (!(await store.isWorkerHeld(order.orderedBy))) {
        throw new AegisError("sandbox.lost", "The eval that ordered this trial is gone, and the trial's world with it");
      }
      let ownEnd: NewEvent<"run.ended"> | undefined;
      let eventCount = 0;
      const tell = (event: NewEvent) => {
        if (event.type === "run.ended") return void (ownEnd = event);
        eventCount += 1;
        onEvent(event);
      };
      const { modelBaseUrl: baseUrl } = order.job;
      const model = baseUrl === undefined ? undefined : await (relay ??= openModelRelay());
      const address = baseUrl === undefined ? undefined : model?.register({ baseUrl, eventCount: () => eventCount });
      const job = { ...order.job, target, ...(address && { modelBaseUrl: address.baseUrl }) };
      const { timeoutMs, passEnv } = order;
      try {
        const performance = await perform({ job, timeoutMs, passEnv, signal, onEvent: tell });
        const result = resultJson({ performance, isolation, isOwnEnd: ownEnd !== undefined });
        return { end: ownEnd ?? endOf(performance), result };
      } finally {
        address?.close();
      }
    },
  };
}

/** Other people's runs are in this process: an agent under test never is. */
function levelHere(asked: IsolationLevel): IsolationLevel {
  return asked === "none" ? "process" : asked;
}

/** @throws {AegisError} "eval.not_taken" */
async function targetHere({ job, agentHash: wanted }: TrialOrder, root: string): Promise<AgentTarget> {
  if (job.target.kind === "recorded") {
    const target: AgentTarget = {
      kind: "recorded",
      file: (await import("../../agent/replay/index.ts")).RECORDED_AGENT_FILE,
    };
    if (agentHash(target) === wanted) return target;
    throw new AegisError("eval.not_taken", "The worker's Aegis is another version");
  }
  const file = resolve(root, job.target.file);
  const path = relative(root, file);
  if (path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)) {
    throw new AegisError("eval.not_taken", `${job.target.file} lies outside of the worker's project`);
  }
  const target = { ...job.target, file };
  if (!existsSync(file)) throw new AegisError("eval.not_taken", `The worker's project has no file ${path}`);
  if (agentHash(target) === wanted) return target;
  throw new AegisError("eval.not_taken", `The worker's project has another version of ${path}`);
}

/** An agent that came to no end of its own: what became of it is in the performance. */
function endOf({ reason, durationMs }: TrialPerformance): NewEvent<"run.ended"> {
  const outcome = reason === "timeout" ? "timeout" : "exited";
  return { type: "run.ended", witness: "runtime", atMs: systemClock.nowMs(), outcome, durationMs };
}
