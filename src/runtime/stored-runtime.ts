import type { Message, RunEvent, RunRecord, RunSignal, RunSignalBody, Session, WorkerRecord } from "../domain/index.ts";
import { AegisError, type Id, LIMITS } from "../kernel/index.ts";
import type { Acceptance } from "./acceptance.ts";
import type { RuntimeParts } from "./runtime-parts.ts";
import { pendingDecisions } from "./pending-decisions.ts";
import { reconcileRuns } from "./reconcile-runs.ts";
import { RunWatches } from "./run-watches.ts";
import type { AgentSummary, FollowRun, PendingDecision, Runtime, StartedRun, StartRun } from "./runtime.ts";
import { sessionHistory } from "./session-history.ts";
import { signalRun } from "./signal-run.ts";
import { cancelOpenRuns, startRun } from "./start-run.ts";
import { listAgents, setWeights } from "./version-routes.ts";

/** How often to look for signals that came through other processes. */
const LOOK_MS = 200;

export class StoredRuntime implements Runtime {
  readonly #parts: RuntimeParts;
  readonly #acceptance: Acceptance;
  readonly #watches: RunWatches;
  #isDraining = false;
  #isClosed = false;
  #isReleased = false;
  #reconciledAtMs = 0;
  #lookTimer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    this.#acceptance = { ...parts.options, ...parts };
    const { worker, options } = parts;
    this.#watches = new RunWatches({ store: options.store, isPerforming: (runId) => worker.isPerforming(runId) });
    this.#scheduleLook();
  }

  get offers() {
    return this.#parts.options.agents.offers;
  }

  get isDraining() {
    return this.#isDraining;
  }

  get activeCount() {
    return this.#parts.dispatcher.activeCount;
  }

  async createSession(asked: Parameters<Runtime["createSession"]>[0]): Promise<Session> {
    const { options } = this.#parts;
    const { store, clock, makeId } = options;
    const { agent, ownerId, id = makeId<"session">(), metadata = {} } = asked;
    if (options.agents.find(agent) === undefined && (await store.listRoutes(agent)).length === 0) {
      const names = [...new Set(this.offers.map((each) => each.agent))].join(", ");
      throw new AegisError("agent.not_found", `No agent is called ${JSON.stringify(agent)}; there are: ${names}`);
    }
    const createdAtMs = clock.nowMs();
    const session: Session = {
      id: id as Id<"session">,
      agent,
      ownerId,
      state: {},
      metadata,
      createdAtMs,
      closedAtMs: null,
    };
    await store.createSession(session);
    return session;
  }

  async session(id: string): Promise<Session> {
    const session = await this.#parts.options.store.findSession(id);
    if (session) return session;
    throw new AegisError("session.not_found", `There is no session ${JSON.stringify(id)}`);
  }

  async conversation(id: string): Promise<readonly Message[]> {
    const session = await this.session(id);
    return sessionHistory(this.#parts.options.store, { sessionId: session.id, position: Number.MAX_SAFE_INTEGER });
  }

  async closeSession(id: string, by: string): Promise<Session> {
    const { store, clock } = this.#parts.options;
    const session = await this.session(id);
    await store.updateSession(session.id, { closedAtMs: session.closedAtMs ?? clock.nowMs() });
    await cancelOpenRuns(this.#acceptance, session.id, by);
    return this.session(id);
  }

  async startRun(start: StartRun): Promise<StartedRun> {
    const session = start.session ?? (await this.session(start.sessionId));
    const started = await startRun(this.#acceptance, { ...start, session });
    this.#watches.expect(started.run.id);
    return started;
  }

  async run(id: string): Promise<RunRecord> {
    const run = await this.#parts.options.store.findRun(id);
    if (run) return run;
    throw new AegisError("run.not_found", `There is no run ${JSON.stringify(id)}`);
  }

  async *follow(follow: FollowRun): AsyncGenerator<RunEvent, void, undefined> {
    for await (const events of this.followInPages(follow)) yield* events;
  }

  followInPages(follow: FollowRun): AsyncGenerator<readonly RunEvent[], void, undefined> {
    const pages = this.#watches.follow(follow);
    return follow.isKnown ? pages : this.#onceFound(follow.runId, pages);
  }

  async *#onceFound(
    runId: string,
    pages: AsyncGenerator<readonly RunEvent[], void, undefined>,
  ): AsyncGenerator<readonly RunEvent[], void, undefined> {
    await this.run(runId);
    yield* pages;
  }

  async pendingDecisions(runId: string): Promise<readonly PendingDecision[]> {
    const run = await this.run(runId);
    if (run.status === "ended") return [];
    return pendingDecisions(await this.#parts.options.store.read(run.id, { limit: LIMITS.runEventsMax }));
  }

  async signal(runId: string, signal: { readonly by: string; readonly body: RunSignalBody }): Promise<RunSignal> {
    const run = await this.run(runId);
    const kept = await signalRun(this.#acceptance, { run, ...signal });
    this.#watches.expect(run.id);
    return kept;
  }

  agents(): Promise<readonly AgentSummary[]> {
    return listAgents(this.#parts.options, this.offers);
  }

  route(agent: string, weights: Parameters<Runtime["route"]>[1]): Promise<void> {
    return setWeights(this.#parts.options, agent, weights);
  }

  workers(): Promise<readonly WorkerRecord[]> {
    return this.#parts.options.store.listWorkers();
  }

  async drain(limitMs: number): Promise<number> {
    const { options, record, dispatcher } = this.#parts;
    this.#isDraining = true;
    await options.store.saveWorker({ ...record, state: "draining" });
    const letGo = await dispatcher.drain(limitMs);
    // It performs nothing from now on: what it let go of, and what it put down, is for the others at once.
    await this.#release();
    return letGo;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#lookTimer);
    await this.#looking;
    await this.#parts.dispatcher.close();
    await this.#release();
  }

  /** Its runs that have not ended tell the others by its record that their worker is gone. */
  async #release(): Promise<void> {
    const { options, record, release } = this.#parts;
    if (this.#isReleased) return;
    this.#isReleased = true;
    const left = await options.store.listRunsOf([record.id]);
    if (left.length === 0) await options.store.removeWorker(record.id);
    await release();
  }

  #scheduleLook(): void {
    this.#lookTimer = setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        if (!this.#isClosed) this.#scheduleLook();
      });
    }, LOOK_MS);
  }

  async #look(): Promise<void> {
    const { worker, options, dispatcher } = this.#parts;
    const { clock, store, reconcileMs } = options;
    try {
      await worker.lookForSignals();
      if (reconcileMs === undefined || clock.monotonicMs() - this.#reconciledAtMs < reconcileMs) return;
      this.#reconciledAtMs = clock.monotonicMs();
      if (!this.#isDraining) await reconcileRuns({ store, clock, dispatcher });
    } catch (error) {
      options.onError?.(error);
    }
  }
}
