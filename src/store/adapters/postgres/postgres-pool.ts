import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import { AegisError } from "../../../kernel/index.ts";
import { keepAlive } from "./keep-alive.ts";
import { failureOf, isLost, isOutdated, mayPassSoon } from "./failure.ts";
import type { PostgresDriver } from "./load-driver.ts";
import type { PostgresPlace } from "./place.ts";

export interface PoolOptions {
  readonly driver: PostgresDriver;
  readonly place: PostgresPlace;
  readonly connectionsMax: number;
  /** How long to wait for a Postgres that is gone to come back. */
  readonly patienceMs: number;
}

/** Connections that are made when they are needed, and made anew when Postgres comes back. */
export class PostgresPool {
  readonly patienceMs: number;
  readonly label: string;
  readonly #pool: Pool;
  readonly #connected = new Map<PoolClient, Promise<void>>();
  #ended: Promise<void> | undefined;

  constructor({ driver, place, connectionsMax, patienceMs }: PoolOptions) {
    this.patienceMs = patienceMs;
    this.label = place.label;
    const { connectionTimeoutMillis, ...config } = place.config;
    // The pool's own limit would also end the wait for a connection that others are using.
    const TimedClient = class extends driver.Client {
      constructor(given?: ConstructorParameters<typeof driver.Client>[0]) {
        super(typeof given === "object" ? { ...given, connectionTimeoutMillis } : given);
      }
    };
    const pooling = { max: connectionsMax, idleTimeoutMillis: 60_000, allowExitOnIdle: true, Client: TimedClient };
    this.#pool = new driver.Pool({ ...config, ...pooling });
    // A connection that is lost while nobody uses it is replaced when somebody does.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => this.#follow(client));
  }

  /**
   * Works on a connection.
   * @param deadlineMs until when to wait for one, on the clock of `performance.now`
   * @throws what the work threw, or {AegisError} when there is no connection
   */
  async use<Value>(deadlineMs: number, work: (client: PoolClient) => Promise<Value>): Promise<Value> {
    const client = await this.#connect(deadlineMs);
    let failure: unknown;
    try {
      return await work(client);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(isLost(failure) || isOutdated(failure) || client.getTransactionStatus() !== "I");
    }
  }

  /** Resolves when no connection is left. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    // Idle connections keep no process alive, but whoever waits for their end is to see it.
    for (const client of this.#connected.keys()) keepAlive(client, true);
    const ends = [...this.#connected.values()];
    await this.#pool.end();
    await Promise.all(ends);
  }

  /** The driver's pool takes its leave before its connections are closed, and listens to idle ones only. */
  #follow(client: PoolClient): void {
    client.on("error", () => {});
    const ended = new Promise<void>((resolve) => void client.once("end", resolve));
    this.#connected.set(client, ended);
    void ended.then(() => this.#connected.delete(client));
  }

  async #connect(deadlineMs: number): Promise<PoolClient> {
    for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 500)) {
      if (this.#ended !== undefined) throw this.closed();
      try {
        return await this.#pool.connect();
      } catch (error) {
        if (this.#ended !== undefined) throw this.closed();
        if (!mayPassSoon(error) || performance.now() + waitMs > deadlineMs) throw failureOf(error, this.label);
        await sleep(waitMs);
      }
    }
  }

  closed(): AegisError {
    return new AegisError("store.unavailable", `The store ${this.label} cannot be used: it was closed`, {
      details: { store: this.label },
    });
  }
}
