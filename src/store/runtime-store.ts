import type {
  ApiKey,
  MemoryEntry,
  MemoryScope,
  PauseReason,
  RunOutcome,
  RunRecord,
  RunSignal,
  RunSignalBody,
  RunStatus,
  Session,
  VersionRoute,
  Webhook,
  WebhookDelivery,
  WorkerRecord,
} from "../domain/index.ts";
import type { Id, Json, JsonObject } from "../kernel/index.ts";

/** Lists are paged by key, newest first: pass the last row's key of a page to get the next. */
export interface ListPage {
  /** 1 to LIMITS.pageRowsMax. */
  readonly limit: number;
  readonly before?: { readonly createdAtMs: number; readonly id: string };
}

/** Sessions of live agents. */
export interface SessionStore {
  /** @throws {AegisError} "session.exists" when the id is taken */
  createSession(session: Session): Promise<void>;
  findSession(id: string): Promise<Session | undefined>;
  listSessions(page: ListPage & { readonly ownerId?: string; readonly agent?: string }): Promise<Session[]>;
  /** Replaces what is given; false when there is no such session. */
  updateSession(
    id: Id<"session">,
    change: { readonly state?: JsonObject; readonly metadata?: JsonObject; readonly closedAtMs?: number },
  ): Promise<boolean>;
  /** Removes the session, its runs, their signals and logs. */
  removeSession(id: Id<"session">): Promise<void>;
}

export type NewRun = Pick<
  RunRecord,
  "id" | "sessionId" | "ownerId" | "agent" | "version" | "input" | "idempotencyKey" | "metadata" | "createdAtMs"
>;

/** Runs of sessions: their queue, who works on them, what is said to them. */
export interface RunStore {
  /**
   * Accepts a run, `queued`. When the session already has one with this idempotency key, that one comes back and nothing
   * is written. Durable when it resolves.
   * @throws {AegisError} "session.not_found" when the session is not there, or not any more; "session.queue_full" when
   * `openMax` of its runs have not ended
   */
  createRun(run: NewRun & { readonly openMax?: number }): Promise<{ readonly run: RunRecord; readonly isNew: boolean }>;
  findRun(id: string): Promise<RunRecord | undefined>;
  /** The session's run of this idempotency key. */
  findRunByKey(sessionId: Id<"session">, idempotencyKey: string): Promise<RunRecord | undefined>;
  /** Newest first, by (createdAtMs, id). */
  listRuns(
    page: ListPage & {
      readonly ownerId?: string;
      readonly sessionId?: string;
      readonly agent?: string;
      readonly status?: RunStatus;
    },
  ): Promise<RunRecord[]>;
  /** All runs of one session in the order they were accepted, at most `limit`, from behind `afterPosition`. */
  listSessionRuns(
    sessionId: Id<"session">,
    page: { readonly limit: number; readonly afterPosition?: number },
  ): Promise<RunRecord[]>;
  /** How many runs of the session have not ended. */
  countOpenRuns(sessionId: Id<"session">): Promise<number>;
  /**
   * Takes a run to work on it: it becomes `running`, `workerId` this worker's, `attempt` one more, `startedAtMs` set once.
   * Undefined, and nothing written, when it cannot be taken: it is none of `from`, its worker is not `heldBy` (where
   * given), another run of its session is running or paused, or an earlier one of its session is still queued.
   */
  claimRun(claim: {
    readonly id: Id<"run">;
    readonly workerId: string;
    readonly from: readonly RunStatus[];
    /** For a run that is `running`: the worker it is taken from. */
    readonly heldBy?: string;
    /** The version that goes on with it, where it is not the one it has. */
    readonly version?: string;
    readonly atMs: number;
  }): Promise<RunRecord | undefined>;
  /**
   * Puts a run down until `wakeAtMs`. Where a signal with a position above `seenPosition` is there already, it is due at
   * once (`wakeAtMs` 0). False, and nothing written, when the run is not running under this worker.
   */
  pauseRun(pause: {
    readonly id: Id<"run">;
    readonly workerId: string;
    readonly on: PauseReason;
    readonly wakeAtMs: number | null;
    readonly seenPosition: number;
  }): Promise<boolean>;
  /**
   * Ends a run, whoever held it; the session's new state goes with it, all or nothing. False, and nothing written, when it
   * had ended before, or where a message to it with a position above `seenPosition` is there: it would not be heard.
   */
  endRun(end: {
    readonly id: Id<"run">;
    readonly outcome: RunOutcome;
    readonly atMs: number;
    readonly sessionState?: JsonObject;
    readonly seenPosition?: number;
  }): Promise<boolean>;
  /**
   * Runs somebody should take now: the first queued one of each session without a running or paused one, and paused ones
   * whose `wakeAtMs` has come; by position. Where `offers` is given, only those of these versions.
   */
  listDueRuns(query: {
    readonly nowMs: number;
    readonly limit: number;
    readonly offers?: readonly { readonly agent: string; readonly version: string }[];
  }): Promise<RunRecord[]>;
  /** The next moment a paused run wakes by itself; undefined when none does. */
  nextWakeAtMs(): Promise<number | undefined>;
  /** Runs that are `running` under these workers. */
  listRunsOf(workerIds: readonly string[]): Promise<RunRecord[]>;
  /** How many runs have each status; statuses without any are left out. */
  countRuns(): Promise<Partial<Record<RunStatus, number>>>;

  /**
   * Keeps a signal; a paused run becomes due at once. Undefined, and nothing written, when its slot is taken
   * (see `signalSlot`): a decision is made once.
   * @throws {AegisError} "run.not_found"
   */
  addSignal(
    signal: { readonly id: string; readonly runId: Id<"run">; readonly atMs: number; readonly by: string } & {
      readonly body: RunSignalBody;
    },
  ): Promise<RunSignal | undefined>;
  /** In order. */
  listSignals(runId: Id<"run">): Promise<RunSignal[]>;
  /** Signals to any run behind a position, in order, at most `limit`: for a worker to look for what concerns it. */
  listSignalsAfter(position: number, limit: number): Promise<RunSignal[]>;
  lastSignalPosition(): Promise<number>;
}

/** Who performs runs, and which version new ones go to. */
export interface DeploymentStore {
  /** Writes the worker, or what changed of it. */
  saveWorker(worker: WorkerRecord): Promise<void>;
  /** In order of start. */
  listWorkers(): Promise<WorkerRecord[]>;
  removeWorker(id: string): Promise<void>;
  /**
   * Takes a lock that ends with this process, however it ends. Resolves with what releases it.
   * @throws {AegisError} "store.locked" when another process holds the same id
   */
  holdWorker(id: string): Promise<() => Promise<void>>;
  /** Is somebody holding this lock? Sure for a process of this machine (SQLite) or with this database (Postgres). */
  isWorkerHeld(id: string): Promise<boolean>;
  /** Replaces all routes of the agent, all or nothing. */
  setRoutes(agent: string, routes: readonly VersionRoute[]): Promise<void>;
  /** In order of agent and version; of all agents when none is named. */
  listRoutes(agent?: string): Promise<VersionRoute[]>;
}

/** What agents remember between sessions. Every write makes a new version; reading, listing and searching see the latest. */
export interface MemoryStore {
  /**
   * @param write.writeId names this one write: said again, it writes nothing and tells the version it made
   * @param write.expectedVersion 0 for a new key
   * @returns the entry as it was written
   * @throws {AegisError} "memory.conflict" when the latest version is not `expectedVersion`
   */
  writeMemory(write: {
    readonly scope: MemoryScope;
    readonly key: string;
    readonly value: Json;
    readonly writeId: string;
    readonly atMs: number;
    readonly runId?: Id<"run">;
    readonly expectedVersion?: number;
  }): Promise<MemoryEntry>;
  readMemory(scope: MemoryScope, key: string): Promise<MemoryEntry | undefined>;
  /** Every version of a key, oldest first. */
  listMemoryVersions(scope: MemoryScope, key: string, limit: number): Promise<MemoryEntry[]>;
  /** In order of key. */
  listMemory(
    scope: MemoryScope,
    page: { readonly limit: number; readonly afterKey?: string; readonly prefix?: string },
  ): Promise<MemoryEntry[]>;
  /** Full text over keys and the texts inside values, best first: all words of the query, prefixes of the last. Any query is safe. */
  searchMemory(scope: MemoryScope, query: string, limit: number): Promise<MemoryEntry[]>;
  /** Removes a key, or all of the scope, with every version. @returns how many keys */
  eraseMemory(scope: MemoryScope, key?: string): Promise<number>;
  /** Everything there is of a user: memory, sessions, runs, signals, logs. Keys stay, they belong to the operator. */
  eraseUser(userId: string): Promise<{ readonly memories: number; readonly sessions: number; readonly runs: number }>;
}

/** API keys and webhooks. */
export interface AccessStore {
  /** @throws {AegisError} "key.exists" when the name is taken by a key that is still valid at `key.createdAtMs` */
  createApiKey(key: ApiKey): Promise<void>;
  /** By the secret's hash, valid or not. */
  findApiKey(hash: string): Promise<ApiKey | undefined>;
  /** Newest first. */
  listApiKeys(limit: number): Promise<ApiKey[]>;
  /** Ends a key at a time; false when there is none. */
  expireApiKey(id: Id<"api-key">, atMs: number): Promise<boolean>;

  createWebhook(webhook: Webhook): Promise<void>;
  /** Newest first; of one owner when named. */
  listWebhooks(ownerId?: string): Promise<Webhook[]>;
  removeWebhook(id: Id<"webhook">): Promise<boolean>;
  /** A delivery of an id that is there already is left as it is. */
  addDeliveries(deliveries: readonly WebhookDelivery[]): Promise<void>;
  /** Pending ones whose time has come, oldest first. */
  listDueDeliveries(nowMs: number, limit: number): Promise<WebhookDelivery[]>;
  updateDelivery(
    id: Id<"webhook-delivery">,
    change: Pick<WebhookDelivery, "attempt" | "nextAtMs" | "outcome" | "lastStatus">,
  ): Promise<void>;
  /** Removes up to `limit` of the webhook's that are over and were made before `beforeMs`, oldest first. @returns how many */
  pruneDeliveries(
    webhookId: Id<"webhook">,
    page: { readonly beforeMs: number; readonly limit: number },
  ): Promise<number>;
  /** Newest first. */
  listDeliveries(webhookId: Id<"webhook">, limit: number): Promise<WebhookDelivery[]>;
}

export interface RuntimeStore extends SessionStore, RunStore, DeploymentStore, MemoryStore, AccessStore {}
