// One machine, one SQLite file: `aegis serve` alone, or with the supervisor that starts it again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Random } from "../../src/kernel/index.ts";
import { openSqliteStore } from "../../src/store/adapters/sqlite/open-sqlite-store.ts";
import type { ChaosProject } from "./project.ts";
import type { Harm, SystemUnderChaos } from "./system.ts";

export interface LocalSystemOptions {
  /** The program to start. */
  readonly aegis: string;
  readonly project: ChaosProject;
  readonly isSupervised: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface LocalSystem extends SystemUnderChaos {
  /** When the process that serves now was started and when it said that it is ready. */
  readonly up: { readonly startedAtMs: number; readonly readyAtMs: number };
  /** SIGKILL to the process that serves; where nobody else starts it again, this does. */
  kill(): Promise<void>;
  /** SIGHUP: the agents' files as they are now go live. */
  deploy(): void;
  /** Processes that serve: two while one hands over to the next. */
  readonly servingCount: number;
}

const SAID_LINES = 200;
const BOOT_KILL_MS = 700;

export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const system = new LocalServer(options);
  await system.start();
  return system;
}

class LocalServer implements LocalSystem {
  readonly name: string;
  readonly harms: readonly Harm[];
  up = { startedAtMs: 0, readyAtMs: 0 };
  readonly #options: LocalSystemOptions;
  readonly #said: string[] = [];
  #child: ChildProcess | undefined;
  #url = "";

  constructor(options: LocalSystemOptions) {
    this.#options = options;
    this.name = options.isSupervised ? "supervised" : "single";
    const kill: Harm = { name: "kill", weight: 4, inflict: () => this.kill() };
    const boot: Harm = { name: "kill while it boots", weight: 1, inflict: (random) => this.#killBooting(random) };
    const both: Harm = { name: "kill the supervisor", weight: 1, inflict: () => this.#killSupervisor() };
    this.harms = options.isSupervised ? [kill, boot, both] : [kill, boot];
  }

  url(): string {
    return this.#url;
  }

  said(): string {
    return this.#said.join("\n");
  }

  async start(): Promise<void> {
    await this.#spawn();
  }

  async kill(): Promise<void> {
    if (this.#options.isSupervised) return killWorkers(this.#child);
    await this.#end("SIGKILL");
    await this.#spawn();
  }

  deploy(): void {
    this.#child?.kill("SIGHUP");
  }

  get servingCount(): number {
    return childrenOf(this.#child?.pid).length;
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  openStore() {
    return openSqliteStore({ path: this.#options.project.storePath });
  }

  async #killSupervisor(): Promise<void> {
    await this.#end("SIGKILL");
    await this.#spawn();
  }

  async #killBooting(random: Random): Promise<void> {
    const waitMs = random() * BOOT_KILL_MS;
    if (this.#options.isSupervised) {
      await killWorkers(this.#child);
      await delay(waitMs);
      return killWorkers(this.#child);
    }
    await this.#end("SIGKILL");
    const ready = this.#spawn();
    ready.catch(() => undefined);
    await delay(waitMs);
    await this.#end("SIGKILL");
    await this.#spawn();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** Resolves once it serves. */
  async #spawn(): Promise<void> {
    const { aegis, project, isSupervised, env } = this.#options;
    const startedAtMs = Date.now();
    const flags = ["--port", "0", "--json", ...(isSupervised ? [] : ["--single"])];
    const child = spawn(process.execPath, [aegis, "serve", ...flags], {
      cwd: project.folder,
      env: { PATH: process.env["PATH"], HOME: project.folder, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#listen(child.stderr);
    const ready = Promise.withResolvers<string>();
    createInterface(child.stdout).on("line", (line) => {
      this.#keep(line);
      if (line.startsWith('{"url"')) ready.resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once("exit", (code, signal) =>
      ready.reject(new Error(`aegis serve ended: ${signal ?? code}\n${this.said()}`)),
    );
    this.#url = await ready.promise;
    this.up = { startedAtMs, readyAtMs: Date.now() };
  }

  #listen(stream: NodeJS.ReadableStream | null): void {
    if (stream) createInterface(stream).on("line", (line) => this.#keep(line));
  }

  #keep(line: string): void {
    this.#said.push(line);
    if (this.#said.length > SAID_LINES) this.#said.shift();
  }
}

/** The supervisor's own children serve. */
async function killWorkers(supervisor: ChildProcess | undefined): Promise<void> {
  for (const pid of childrenOf(supervisor?.pid)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went by itself meanwhile.
    }
  }
}

function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
