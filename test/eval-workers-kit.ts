import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, vi } from "vitest";
import { type Balancer, startBalancer } from "../examples/cluster/balance.ts";
import { openApp } from "../src/app/index.ts";
import type { Store } from "../src/store/index.ts";
import { type PostgresServer, startPostgresServer } from "../src/testing/postgres-server.ts";
import { freePorts, type RestateServer, startRestateServer } from "../src/testing/restate-server.ts";
import { makeProject, ROOT } from "./cli-kit.ts";

interface Places {
  readonly restate: RestateServer;
  readonly balancer: Balancer;
}

/** The same file for whoever orders trials and whoever performs them; each worker has a port of its own. */
function configText({ restate, balancer }: Places): string {
  const agents = {
    careful: "support/agents/careful.ts",
    "ai-sdk": "any-language/agents/ai-sdk.ts",
    http: "any-language/agents/http.ts",
    python: "any-language/agents/python.ts",
  };
  const { ingressUrl, adminUrl } = restate;
  return `
const restate = ${JSON.stringify({ ingressUrl, adminUrl, advertisedUrl: balancer.url })};
const listen = { host: "127.0.0.1", port: Number(process.env.WORKER_PORT ?? 0) };
export default {
  agents: ${JSON.stringify(agents)},
  suites: ["support/evals/**/suite.ts", "any-language/evals/**/suite.ts", "small/*.suite.mjs"],
  prices: { "scripted/support": { inputMicroUsd: 250_000, outputMicroUsd: 2_000_000 } },
  serve: { restate: { ...restate, listen } },
};
`;
}

/** Agents as functions: what each is asked to do is in its input. */
const SMALL = `
import { suite } from "aegis";
export default suite("small", {
  isolation: "none",
  trials: 1,
  data: [
    { input: { double: 21 }, expected: 42 },
    { input: { fail: "no such order" }, expected: 1 },
    { input: { exit: 3 }, expected: 1 },
    { input: { draw: true }, expected: 1 },
  ],
  task: async (input, context) => {
    if (input.fail) throw new Error(input.fail);
    if (input.exit) {
      console.log("binary \\\\0 and words");
      process.exit(input.exit);
    }
    if (input.draw) return Math.floor(context.random() * 1_000_000);
    return input.double * 2;
  },
  scorers: [function same({ output, expected }) { return output === expected; }],
});
`;

const HANGING = `
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "aegis";
export default suite("hanging", {
  isolation: "process",
  trials: 3,
  timeoutMs: 3_000,
  data: [{ input: 1, expected: 1 }],
  task: () => sleep(60_000),
  scorers: [function same({ output, expected }) { return output === expected; }],
});
`;

/** Of long trials, to have time for what happens to them. Each says that it began, and in which process. */
const slowSuite = (name: string, ms: number) => `
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "aegis";
export default suite("${name}", {
  isolation: "process",
  data: Array.from({ length: 9 }, (_, index) => ({ input: index, expected: index })),
  trials: 1,
  task: async (input) => {
    appendFileSync(join(import.meta.dirname, "${name}.begun"), process.pid + "\\n");
    await sleep(${ms});
    return input;
  },
  scorers: [function same({ output, expected }) { return output === expected; }],
});
`;

const BIN = join(ROOT, "bin", "aegis.mjs");
export const PATIENCE = { timeout: 45_000, interval: 20 };

export interface EvalWorker {
  readonly process: ChildProcess;
  /** Where it answers callers. */
  readonly url: string;
  readonly log: readonly string[];
}

/** A project, and three workers that take its trials, over a Postgres and a Restate of their own. */
export class EvalCluster implements AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly postgres: PostgresServer;
  readonly workers: EvalWorker[] = [];
  readonly #cleanUps: (() => Promise<void> | void)[];

  private constructor(
    parts: Pick<EvalCluster, "folder" | "env" | "postgres">,
    cleanUps: (() => Promise<void> | void)[],
  ) {
    this.folder = parts.folder;
    this.env = parts.env;
    this.postgres = parts.postgres;
    this.#cleanUps = cleanUps;
  }

  static async start(workerCount = 3): Promise<EvalCluster> {
    const { folder, remove } = makeProject({
      "small/small.suite.mjs": SMALL,
      "small/hanging.suite.mjs": HANGING,
      "small/slow.suite.mjs": slowSuite("slow", 1_500),
      "small/stuck.suite.mjs": slowSuite("stuck", 60_000),
    });
    for (const name of ["support", "any-language"])
      cpSync(join(ROOT, "examples", name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const ports = await freePorts(workerCount);
    const [postgres, restate, balancer] = await Promise.all([
      startPostgresServer({ fsync: false }),
      startRestateServer(),
      startBalancer({ port: 0, backends: ports.map((port) => ({ host: "127.0.0.1", port })) }),
    ]);
    const cleanUps = [remove, () => postgres.stop(), () => restate.stop(), () => balancer.close()];
    writeFileSync(join(folder, "aegis.config.mjs"), configText({ restate, balancer }));
    const env = { AEGIS_STORE: await postgres.createDatabase("aegis") };
    const cluster = new EvalCluster({ folder, env, postgres }, cleanUps);
    await Promise.all(ports.map((port) => cluster.#startWorker(port)));
    await vi.waitFor(() => expect(balancer.readyCount).toBe(workerCount), PATIENCE);
    return cluster;
  }

  async #startWorker(port: number): Promise<void> {
    const child = fork(BIN, ["serve", "--single", "--json", "--trials", "--port", "0"], {
      cwd: this.folder,
      env: { PATH: process.env["PATH"], ...this.env, WORKER_PORT: String(port), AEGIS_LAUNCHED: "1" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const log: string[] = [];
    this.#cleanUps.push(() => endOf(child));
    if (child.stdout === null || child.stderr === null) throw new Error("the worker has no output");
    createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`a worker ended with ${String(code)}: ${log.join("\n")}`);
    });
    ended.catch(() => undefined);
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
    const { url } = JSON.parse(String(line)) as { url: string };
    this.workers.push({ process: child, url, log });
  }

  /** The processes in which trials of a slow suite have begun so far. */
  begun(suite: "slow" | "stuck"): number[] {
    const file = join(this.folder, "small", `${suite}.begun`);
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
  }

  /** Nothing of the trials is left in the store the workers share: their logs are under the eval's own runs. */
  async isCleared(): Promise<boolean> {
    const sessions = await this.withStore((store) => store.listSessions({ agent: "aegis.trial", limit: 10 }));
    return sessions.length === 0;
  }

  /** kill -9 of a worker while it performs a trial. @returns false when none does just now */
  killBusyWorker(): boolean {
    const parents = parentsOfTrials();
    const busy = this.workers.find(({ process: { pid } }) => pid !== undefined && parents.includes(pid));
    return busy?.process.kill("SIGKILL") ?? false;
  }

  /** How many runs the store has ever accepted. */
  async runsAccepted(): Promise<number> {
    const [row] = await this.postgres.run("SELECT last_value AS last FROM aegis.run_position_seq", "aegis");
    return Number(row?.["last"]);
  }

  /** Looks into the store that the workers share. */
  async withStore<Value>(use: (store: Store) => Promise<Value>): Promise<Value> {
    await using app = await openApp({ cwd: this.folder, env: this.env });
    return await use(await app.store());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cleanUp of this.#cleanUps.toReversed()) await cleanUp();
  }
}

/** Of every process of this machine that performs a trial; a worker has a guard beside them, all the time. */
function parentsOfTrials(): number[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("trial-child")) return [];
      return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
    } catch {
      return [];
    }
  });
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
