import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type PostgresServer, startPostgresServer } from "../../src/testing/postgres-server.ts";
import { freePorts, type RestateServer, startRestateServer } from "../../src/testing/restate-server.ts";
import { startShop } from "../support/shop/start-shop.ts";
import { type Balancer, startBalancer } from "./balance.ts";

/** A worker: `aegis serve` in a process of its own. */
export interface ClusterWorker {
  readonly process: ChildProcess;
  /** Where it answers callers. */
  readonly url: string;
}

/** Everything that runs; each part may be killed and started again. */
export interface Cluster {
  readonly postgres: PostgresServer;
  readonly restate: RestateServer;
  readonly balancer: Balancer;
  readonly workers: readonly ClusterWorker[];
  /** Starts a worker in the place of one that has ended. */
  replaceWorker(index: number): Promise<ClusterWorker>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly workerCount?: number;
  /** More variables for the workers. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the workers print besides their address. */
  readonly onLog?: (line: string) => void;
}

/** Postgres, Restate, a balancer, the shop that the agents work with, and workers. Ends with this process at the latest. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { workerCount = 3 } = options;
  const ports = await freePorts(workerCount);
  const cleanUps: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  };
  try {
    const postgres = await startPostgresServer();
    cleanUps.push(() => postgres.stop());
    const restate = await startRestateServer();
    cleanUps.push(() => restate.stop());
    const backends = ports.map((port) => ({ host: "127.0.0.1", port }));
    const balancer = await startBalancer({ port: 0, backends });
    cleanUps.push(() => balancer.close());
    const shop = await startShop();
    cleanUps.push(() => shop.close());
    const env = {
      SHOP_URL: shop.url,
      CLUSTER_STORE: await postgres.createDatabase("aegis"),
      CLUSTER_INGRESS: restate.ingressUrl,
      CLUSTER_ADMIN: restate.adminUrl,
      CLUSTER_WORKERS: balancer.url,
      ...options.env,
    };
    const start = (port: number) => startWorker({ ...env, CLUSTER_PORT: String(port) }, options.onLog);
    const workers: ClusterWorker[] = [];
    cleanUps.push(() => endWorkers(workers));
    workers.push(...(await Promise.all(ports.map(start))));
    const replaceWorker = async (index: number) => {
      const [port, old] = [ports[index], workers[index]];
      if (port === undefined || old === undefined) throw new RangeError(`there is no worker ${index}`);
      await endWorkers([old]);
      return (workers[index] = await start(port));
    };
    return { postgres, restate, balancer, workers, replaceWorker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const COMMAND = fileURLToPath(new URL("../../bin/aegis.mjs", import.meta.url));
const FLAGS = ["serve", "--single", "--json", "--port", "0"];

/** Resolves once it serves. */
async function startWorker(
  more: Readonly<Record<string, string>>,
  onLog: (line: string) => void = () => {},
): Promise<ClusterWorker> {
  const child = fork(COMMAND, FLAGS, {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    // It ends when the channel to this process closes, however that comes.
    env: { ...process.env, ...more, AEGIS_LAUNCHED: "1" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("the worker has no output");
  createInterface({ input: stderr }).on("line", onLog);
  const lines = createInterface({ input: stdout });
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit").then(([code]) => endedEarly(code))]);
  lines.on("line", onLog);
  const { url } = JSON.parse(String(line)) as { url: string };
  return { process: child, url };
}

function endedEarly(code: unknown): never {
  throw new Error(`a worker ended before it served (${String(code)}); its log says why`);
}

/** They finish what they are at first, unless they are gone already. */
async function endWorkers(workers: readonly ClusterWorker[]): Promise<void> {
  await Promise.all(
    workers.map(async ({ process: child }) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      // One that was stopped takes no notice otherwise.
      child.kill("SIGCONT");
      await ended;
    }),
  );
}
