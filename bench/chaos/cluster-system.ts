// A cluster: Postgres, Restate, a balancer, and workers over one project folder; any part may go at any time.
import { setTimeout as sleep } from "node:timers/promises";
import { startBalancer } from "../../examples/cluster/balance.ts";
import type { Random } from "../../src/kernel/index.ts";
import { openPostgresStore } from "../../src/store/adapters/postgres/open-postgres-store.ts";
import { type PostgresServer, startPostgresServer, type StopMode } from "../../src/testing/postgres-server.ts";
import { freePorts, type RestateServer, startRestateServer } from "../../src/testing/restate-server.ts";
import { ClusterWorkerPlace } from "./cluster-worker.ts";
import type { ChaosProject } from "./project.ts";
import type { Harm, SystemUnderChaos } from "./system.ts";

export interface ClusterSystemOptions {
  readonly aegis: string;
  /** Made with `CLUSTER_CONFIG`. */
  readonly project: ChaosProject;
  readonly workerCount?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ClusterSystem extends SystemUnderChaos {
  readonly workers: readonly ClusterWorkerPlace[];
  /** What processes did that nobody had asked for. */
  readonly faults: readonly string[];
  /** Resolves when all workers take runs. */
  settled(): Promise<void>;
  /** Ends Postgres, Restate and the balancer, after `stop`: the store lives there. */
  close(): Promise<void>;
}

/** For the project's config: what is known only once the servers run comes from the environment. */
export const CLUSTER_CONFIG = `
  store: process.env.CLUSTER_STORE,
  serve: {
    restate: {
      ingressUrl: process.env.CLUSTER_INGRESS,
      adminUrl: process.env.CLUSTER_ADMIN,
      advertisedUrl: process.env.CLUSTER_WORKERS,
      listen: { host: "127.0.0.1", port: Number(process.env.CLUSTER_PORT) },
    },
  },
`;

const SAID_LINES = 400;
/** Longer than it takes to be given up: the balancer's patience, the takeover's, and a try in between. */
const FROZEN_MS = { least: 3_000, more: 2_500 };
const AWAY_MS = 1_200;

export async function startClusterSystem(options: ClusterSystemOptions): Promise<ClusterSystem> {
  const { workerCount = 3 } = options;
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const each of closing.splice(0).toReversed()) await each();
  };
  try {
    const postgres = await startPostgresServer();
    closing.push(() => postgres.stop());
    const restate = await startRestateServer();
    closing.push(() => restate.stop());
    const ports = await freePorts(workerCount);
    const balancer = await startBalancer({ port: 0, backends: ports.map((port) => ({ host: "127.0.0.1", port })) });
    closing.push(() => balancer.close());
    const store = await postgres.createDatabase("aegis");
    const env = {
      CLUSTER_STORE: store,
      CLUSTER_INGRESS: restate.ingressUrl,
      CLUSTER_ADMIN: restate.adminUrl,
      CLUSTER_WORKERS: balancer.url,
      ...options.env,
    };
    const cluster = new OwnClusterSystem({ ...options, env, ports, postgres, restate, store, close, balancer });
    closing.push(() => cluster.stop());
    await Promise.all(cluster.workers.map((worker) => worker.start()));
    await cluster.settled();
    return cluster;
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts extends ClusterSystemOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly postgres: PostgresServer;
  readonly restate: RestateServer;
  readonly balancer: { readonly readyCount: number };
  /** Its address. */
  readonly store: string;
  readonly close: () => Promise<void>;
}

class OwnClusterSystem implements ClusterSystem {
  readonly name = "cluster";
  readonly workers: readonly ClusterWorkerPlace[];
  readonly faults: string[] = [];
  readonly harms: readonly Harm[];
  readonly #parts: Parts;
  /** When the store came back last; infinite while it is away. */
  #storeBackAtMs = 0;
  readonly #said: string[] = [];
  /** Harms whose end nobody waited for. */
  readonly #underWay = new Set<Promise<void>>();
  #turn = 0;
  #postgresTurn: Promise<void> = Promise.resolve();
  #restateTurn: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    const { aegis, project, env } = parts;
    this.workers = parts.ports.map(
      (port, index) =>
        new ClusterWorkerPlace({
          aegis,
          folder: project.folder,
          name: `worker ${index}`,
          env: { ...env, CLUSTER_PORT: String(port) },
          say: (line) => this.#keep(line),
          wasStoreAway: (sinceMs) => this.#storeBackAtMs >= sinceMs,
          onFault: (what) => this.faults.push(what),
        }),
    );
    const single = this.#singleHarms();
    this.harms = [
      ...single,
      { name: "several at once", weight: 3, inflict: (random) => this.#several(single, random) },
    ];
  }

  /** Callers take turns at the workers that answer, as behind any balancer that checks them. */
  url(): string {
    const urls = this.workers.flatMap(({ url }) => url ?? []);
    this.#turn += 1;
    return urls[this.#turn % urls.length] ?? "http://127.0.0.1:1";
  }

  said(): string {
    return this.#said.join("\n");
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
    while (this.#parts.balancer.readyCount < this.workers.length) await sleep(20);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#underWay);
    await Promise.all(this.workers.map((worker) => worker.end()));
  }

  openStore() {
    return openPostgresStore({ url: this.#parts.store });
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  #singleHarms(): readonly Harm[] {
    const worker = (random: Random) => this.workers[Math.floor(random() * this.workers.length)] ?? this.workers[0];
    return [
      {
        name: "kill a worker",
        weight: 5,
        inflict: async (random) => this.#begin(worker(random)?.kill(random() * AWAY_MS)),
      },
      {
        name: "freeze a worker",
        weight: 5,
        inflict: async (random) => this.#begin(worker(random)?.freeze(FROZEN_MS.least + random() * FROZEN_MS.more)),
      },
      { name: "replace a worker", weight: 1, inflict: async (random) => this.#begin(worker(random)?.replace()) },
      { name: "restart Postgres", weight: 2, inflict: (random) => this.#restartPostgres("fast", random) },
      { name: "crash Postgres", weight: 2, inflict: (random) => this.#restartPostgres("immediate", random) },
      { name: "crash Restate", weight: 2, inflict: (random) => this.#restartRestate(random) },
    ];
  }

  /** It goes on while the next harm comes: they overlap. */
  #begin(harm: Promise<void> | undefined): void {
    if (harm === undefined) return;
    const done = harm
      .catch((error: unknown) => void this.faults.push(String(error)))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async #several(harms: readonly Harm[], random: Random): Promise<void> {
    const count = 2 + Math.floor(random() * 2);
    const drawn = Array.from({ length: count }, () => harms[Math.floor(random() * harms.length)]);
    await Promise.all(drawn.flatMap((harm) => harm?.inflict(random) ?? []));
  }

  #restartPostgres(mode: StopMode, random: Random): Promise<void> {
    const { postgres } = this.#parts;
    const awayMs = random() * AWAY_MS;
    const done = this.#postgresTurn.then(async () => {
      this.#storeBackAtMs = Number.POSITIVE_INFINITY;
      this.#keep(`Postgres: ${mode} at ${Date.now()}`);
      await postgres.halt(mode);
      await sleep(awayMs);
      await postgres.resume();
      this.#storeBackAtMs = Date.now();
      this.#keep(`Postgres: back at ${Date.now()}`);
    });
    this.#postgresTurn = done.catch(() => undefined);
    return done;
  }

  #restartRestate(random: Random): Promise<void> {
    const { restate } = this.#parts;
    const awayMs = random() * AWAY_MS;
    const done = this.#restateTurn.then(async () => {
      this.#keep(`Restate: killed at ${Date.now()}`);
      await restate.kill();
      await sleep(awayMs);
      await restate.start();
      this.#keep(`Restate: back at ${Date.now()}`);
    });
    this.#restateTurn = done.catch(() => undefined);
    return done;
  }

  #keep(line: string): void {
    this.#said.push(line);
    if (this.#said.length > SAID_LINES) this.#said.shift();
  }
}
