import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { type Balancer, startBalancer } from "../examples/cluster/balance.ts";
import type { AgentVersion, RunEvent, RunRecord } from "../src/domain/index.ts";
import { openSqliteStore } from "../src/store/adapters/sqlite/open-sqlite-store.ts";
import { freePorts, type RestateServer, startRestateServer } from "../src/testing/restate-server.ts";
import { makeId } from "../src/testing/sample-records.ts";
import type { WorkerOrder, WorkerReport } from "./restate-worker.ts";

type Store = Awaited<ReturnType<typeof openSqliteStore>>;

export const PATIENCE = { timeout: 45_000, interval: 10 };

export interface ClusterWorker {
  readonly id: string;
  readonly process: ChildProcess;
  readonly reports: readonly Exclude<WorkerReport, "ready">[];
}

/** Restate, a balancer and workers in processes of their own, over one store. */
export class RestateCluster implements AsyncDisposable {
  readonly store: Store;
  readonly restate: RestateServer;
  readonly #folder: string;
  readonly #balancer: Balancer;
  readonly #freePorts: number[];
  readonly #workers: ClusterWorker[] = [];

  private constructor(parts: {
    store: Store;
    restate: RestateServer;
    folder: string;
    balancer: Balancer;
    ports: readonly number[];
  }) {
    this.store = parts.store;
    this.restate = parts.restate;
    this.#folder = parts.folder;
    this.#balancer = parts.balancer;
    this.#freePorts = [...parts.ports];
  }

  /** @param workersMax how many workers the balancer knows a port for */
  static async start({ workersMax = 3, hungAfterMs = 1_000 } = {}): Promise<RestateCluster> {
    const folder = mkdtempSync(join(tmpdir(), "aegis-cluster-"));
    const ports = await freePorts(workersMax);
    const backends = ports.map((port) => ({ host: "127.0.0.1", port }));
    const store = await openSqliteStore({ path: storePath(folder), synchronous: "normal", busyTimeoutMs: 20_000 });
    const restate = await startRestateServer();
    const balancer = await startBalancer({ port: 0, backends, hungAfterMs });
    return new RestateCluster({ store, restate, folder, balancer, ports });
  }

  /**
   * Resolves once they get runs.
   * @param isDirect Restate reaches each at an address of its own, without the balancer
   */
  async startWorkers(count: number, offers: readonly AgentVersion[], isDirect = false): Promise<ClusterWorker[]> {
    const workers = await Promise.all(Array.from({ length: count }, () => this.#startWorker(offers, isDirect)));
    await vi.waitFor(() => expect(this.#balancer.readyCount).toBe(this.#workers.length), PATIENCE);
    return workers;
  }

  async #startWorker(offers: readonly AgentVersion[], isDirect: boolean): Promise<ClusterWorker> {
    const port = this.#freePorts.shift();
    if (port === undefined) throw new Error("the balancer knows no further port");
    const { ingressUrl, adminUrl } = this.restate;
    const id = makeId();
    const advertisedUrl = isDirect ? `http://127.0.0.1:${port}` : this.#balancer.url;
    const place = { storePath: storePath(this.#folder), workerId: id, ingressUrl, adminUrl, advertisedUrl };
    const order: WorkerOrder = { ...place, port, offers };
    const program = fileURLToPath(new URL("restate-worker.ts", import.meta.url));
    const child = fork(program, [JSON.stringify(order)], { execArgv: ["--conditions=aegis-source"] });
    const reports: Exclude<WorkerReport, "ready">[] = [];
    this.#workers.push({ id, process: child, reports });
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
      child.on("message", (report: WorkerReport) => (report === "ready" ? resolve() : reports.push(report)));
    });
    return { id, process: child, reports };
  }

  /** Accepts runs of sessions of their own, each of so many steps, so long each. */
  async accept(
    count: number,
    { agent, version, steps }: AgentVersion & { readonly steps: string },
  ): Promise<RunRecord[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const sessionId = makeId<"session">();
        const owned = { agent, ownerId: "user", metadata: {}, createdAtMs: Date.now() };
        await this.store.createSession({ ...owned, id: sessionId, state: {}, closedAtMs: null });
        const asked = { ...owned, id: makeId<"run">(), sessionId, version, input: { message: steps } };
        return (await this.store.createRun({ ...asked, idempotencyKey: null })).run;
      }),
    );
  }

  async events(run: RunRecord): Promise<RunEvent[]> {
    return this.store.read(run.id, { limit: 1_000 });
  }

  /** Resolves when the runs have all made so many steps at least. */
  async stepsMade(runs: readonly RunRecord[], count: number): Promise<void> {
    await vi.waitFor(async () => {
      for (const run of runs) expect(stepsOf(await this.events(run)).length).toBeGreaterThanOrEqual(count);
    }, PATIENCE);
  }

  /** Resolves when all have ended; each step was made once and in order, whoever made it. */
  async allEndedWhole(runs: readonly RunRecord[]): Promise<void> {
    await vi.waitFor(async () => {
      for (const { id } of runs) expect(await this.store.findRun(id)).toMatchObject({ status: "ended" });
    }, PATIENCE);
    for (const run of runs) {
      const events = await this.events(run);
      const stepCount = Number(run.input.message.split(" ")[0]);
      expect(stepsOf(events)).toEqual(Array.from({ length: stepCount }, (_, index) => index));
      expect(events.filter(({ type }) => type === "run.ended").length).toBe(1);
      expect(events.at(-1)?.type).toBe("run.ended");
    }
  }

  async heldBy(worker: ClusterWorker, runs: readonly RunRecord[]): Promise<RunRecord[]> {
    const held = await this.store.listRunsOf([worker.id]);
    return runs.filter(({ id }) => held.some((each) => each.id === id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process: child } of this.#workers) child.kill("SIGKILL");
    await this.#balancer.close();
    await this.restate.stop();
    await this.store[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const storePath = (folder: string) => join(folder, "store.db");

function stepsOf(events: readonly RunEvent[]): number[] {
  return events.flatMap((event) => (event.type === "clock.read" ? event.effect : []));
}
