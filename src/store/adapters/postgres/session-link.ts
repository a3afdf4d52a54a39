import type { Client } from "pg";
import { AegisError } from "../../../kernel/index.ts";
import { failureOf } from "./failure.ts";
import { keepAlive } from "./keep-alive.ts";
import type { PostgresDriver } from "./load-driver.ts";
import { lockKeyOf, type PostgresPlace } from "./place.ts";

const PING_INTERVAL_MS = 5_000;
const RETRY_MS = { first: 50, last: 1_000 };
/** How long others that lost their connection with us get to come back and take their locks again. */
const GRACE_MS = 3_000;

export interface SessionLinkOptions {
  readonly driver: PostgresDriver;
  readonly place: PostgresPlace;
  readonly onAnnouncement: (text: string) => void;
  /** The connection was lost and is back: announcements may have been missed. */
  readonly onReturn: () => void;
}

/**
 * The one connection that lasts as long as the store: it hears what other processes announce, and holds the locks that
 * end with this process. When it is lost it is made again, with all it held.
 */
export class SessionLink {
  readonly #options: SessionLinkOptions;
  readonly #held = new Set<string>();
  /** Those that are held, or are being taken or given back. */
  readonly #wanted = new Set<string>();
  #client: Client | undefined;
  #lastWork: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #returnedAtMs = Number.NEGATIVE_INFINITY;
  #ping: NodeJS.Timeout | undefined;

  constructor(options: SessionLinkOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      throw failureOf(error, this.#options.place.label);
    }
    this.#ping = setInterval(() => this.#check(), PING_INTERVAL_MS).unref();
  }

  /** @throws {AegisError} "store.locked" when it is held, here or elsewhere */
  async hold(id: string): Promise<() => Promise<void>> {
    // Postgres would give the same session its lock a second time.
    if (this.#wanted.has(id)) throw lockedBy(id);
    this.#wanted.add(id);
    try {
      if (!(await this.#lock(id))) throw lockedBy(id);
    } catch (error) {
      this.#wanted.delete(id);
      throw error;
    }
    this.#held.add(id);
    return async () => {
      if (!this.#held.delete(id)) return;
      await this.#unlock(id);
      this.#wanted.delete(id);
    };
  }

  /** All connections were lost together, perhaps: who is alive takes its lock again within the grace. */
  isWithinGrace(): boolean {
    return this.#client === undefined || performance.now() - this.#returnedAtMs < GRACE_MS;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#ping);
    const client = this.#client;
    if (client === undefined) return;
    keepAlive(client, true);
    await client.end();
  }

  async #connect(): Promise<void> {
    const { driver, place } = this.#options;
    const client = new driver.Client(place.config);
    client.on("error", () => {});
    client.on("end", () => this.#lost(client));
    client.on("notification", ({ payload }) => this.#options.onAnnouncement(payload ?? ""));
    await client.connect();
    try {
      await client.query(`LISTEN ${place.channel}`);
      // A store that is open keeps no process alive, but a question that has no answer yet does.
      keepAlive(client, false);
      this.#client = client;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    if (!this.#isClosed) this.#retry(RETRY_MS.first);
  }

  #retry(waitMs: number): void {
    setTimeout(
      () => {
        if (this.#isClosed) return;
        this.#connect().then(
          () => this.#return(),
          () => this.#retry(Math.min(waitMs * 2, RETRY_MS.last)),
        );
      },
      waitMs * (0.5 + Math.random()),
    ).unref();
  }

  #return(): void {
    if (this.#isClosed) return void this.#client?.end();
    this.#returnedAtMs = performance.now();
    for (const id of this.#held) void this.#lockAgain(id);
    this.#options.onReturn();
  }

  /** Postgres may take a moment to notice that the old connection, which holds the lock, is gone. */
  async #lockAgain(id: string): Promise<void> {
    const client = this.#client;
    const isLocked = await this.#lock(id).catch(() => false);
    // Given back meanwhile.
    if (isLocked && !this.#held.has(id)) return this.#unlock(id);
    if (isLocked || this.#isClosed || this.#client !== client || !this.#held.has(id)) return;
    setTimeout(() => void this.#lockAgain(id), RETRY_MS.last / 4).unref();
  }

  async #lock(id: string): Promise<boolean> {
    const rows = await this.#ask("SELECT pg_try_advisory_lock($1) AS locked", [lockKeyOf(this.#options.place, id)]);
    return rows[0]?.["locked"] === 1;
  }

  /** Without a connection there is no lock. */
  async #unlock(id: string): Promise<void> {
    await this.#ask("SELECT pg_advisory_unlock($1)", [lockKeyOf(this.#options.place, id)]).catch(() => {});
  }

  /** One after the other: a connection carries one question at a time. */
  #ask(text: string, cells: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const answer = this.#lastWork.then(async () => {
      if (this.#client === undefined) {
        throw new AegisError("store.unavailable", `The store ${this.#options.place.label} lost its connection`);
      }
      const client = this.#client;
      try {
        keepAlive(client, true);
        return (await client.query<Record<string, unknown>>(text, [...cells])).rows;
      } catch (error) {
        throw failureOf(error, this.#options.place.label);
      } finally {
        keepAlive(client, false);
      }
    });
    this.#lastWork = answer.catch(() => {});
    return answer;
  }

  /** A connection over a network that went away says nothing: it has to be asked. */
  #check(): void {
    const client = this.#client;
    if (client === undefined) return;
    const timer = setTimeout(() => void client.end(), PING_INTERVAL_MS).unref();
    this.#ask("SELECT 1", [])
      .catch(() => {})
      .finally(() => clearTimeout(timer));
  }
}

function lockedBy(id: string): AegisError {
  return new AegisError("store.locked", `The worker ${JSON.stringify(id)} is at work already`, { details: { id } });
}
