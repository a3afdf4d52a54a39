import { createHash, randomBytes } from "node:crypto";
import type { Id } from "../../../kernel/index.ts";
import type { EncodedEvent } from "../../encode-event.ts";
import { readAnnouncement } from "./append-chain.ts";
import { AppendLane } from "./append-lane.ts";
import type { PostgresPool } from "./postgres-pool.ts";

export interface LanesOptions {
  /** With a connection for each lane. */
  readonly pool: PostgresPool;
  readonly lanes: number;
  readonly channel: string;
}

/** Batches of appends under way at once: while one waits for the disk, another is made up and sent. */
export class AppendLanes {
  readonly #pool: PostgresPool;
  readonly #lanes: readonly AppendLane[];
  readonly #origin = randomBytes(8).toString("hex");
  /** The last append handed over for each run, while it has no answer. */
  readonly #pending = new Map<Id<"run">, Promise<void>>();
  #isClosed = false;

  constructor({ pool, lanes, channel }: LanesOptions) {
    this.#pool = pool;
    this.#lanes = Array.from({ length: lanes }, () => new AppendLane({ pool, channel, origin: this.#origin }));
  }

  /** Resolves once the events are durable. */
  async append(runId: Id<"run">, events: readonly EncodedEvent[], expectedSeq: number): Promise<void> {
    if (this.#isClosed) throw this.#pool.closed();
    const appended = this.#laneOf(runId).append(runId, events, expectedSeq);
    const settled = appended.catch(() => {});
    this.#pending.set(runId, settled);
    try {
      await appended;
    } finally {
      if (this.#pending.get(runId) === settled) this.#pending.delete(runId);
    }
  }

  /** Resolves when the appends handed over so far, of this run or of all, have their answers. */
  async settled(runId?: Id<"run">): Promise<void> {
    if (runId !== undefined) await this.#pending.get(runId);
    else await Promise.all(this.#pending.values());
  }

  /** What a store announced, when it was another one. */
  heard(text: string): { readonly runId: Id<"run">; readonly nextSeq: number } | undefined {
    const announcement = readAnnouncement(text);
    return announcement?.origin === this.#origin ? undefined : announcement;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settled();
  }

  #laneOf(runId: string): AppendLane {
    const number = createHash("md5").update(runId).digest().readUInt32BE() % this.#lanes.length;
    return this.#lanes[number]!;
  }
}
