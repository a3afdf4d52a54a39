import { type ChildProcessByStdio, spawn } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { access, chown, constants, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export interface RestateServerOptions {
  /** Signs what it sends to workers; see `identityKey`. */
  readonly hasIdentity?: boolean;
  /** How often a connection to a worker is asked for a sign of life, and how long the answer may take. */
  readonly keepAliveIntervalMs?: number;
  readonly keepAliveTimeoutMs?: number;
}

/** A real Restate server of one's own: on loopback, on free ports, in a folder that goes with it. */
export interface RestateServer extends AsyncDisposable {
  readonly ingressUrl: string;
  readonly adminUrl: string;
  /** The public key of its signatures, where it has an identity. */
  readonly identityKey: string | undefined;
  /** The server's process; 0 while it is killed. */
  readonly pid: number;
  /** kill -9; what it had accepted is on disk. */
  kill(): Promise<void>;
  /** The same server again, with the same addresses and data. */
  start(): Promise<void>;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts Restate and resolves once it takes messages. It ends with this process, however that ends. */
export async function startRestateServer(options: RestateServerOptions = {}): Promise<RestateServer> {
  const program = findProgram();
  const user = await weakestUser(program);
  const folder = await mkdtemp(join(tmpdir(), "aegis-restate-"));
  const ports = await freePorts(3);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await writeFile(join(folder, "identity.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  await writeFile(join(folder, "restate.toml"), configuration(folder, ports, options));
  if (user !== undefined) await chown(folder, user, user);
  const identityKey = options.hasIdentity === true ? identityText(publicKey) : undefined;
  const server = new OwnRestateServer({ program, folder, user, ports, identityKey });
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function findProgram(): string {
  const packageName = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${packageName}/bin/restate-server`);
  } catch (cause) {
    throw new Error(`Restate's server is not installed: npm install ${packageName}`, { cause });
  }
}

const START_LIMIT_MS = 60_000;
const NOBODY = 65_534;

/**
 * A shell between this process and the server. Its orders come through a pipe that closes when this process ends,
 * however it ends; then it kills the server and removes the folder.
 */
const GUARD = `
while read -r order; do
  case $order in
    start) "$1" --no-logo --config-file "$2/restate.toml" > "$2/server.log" 2>&1 < /dev/null & echo $!;;
    kill) kill -9 $! 2> /dev/null; wait $!; echo 0;;
  esac
done
kill -9 $! 2> /dev/null
wait $!
rm -rf "$2"
`;

interface OwnedBy {
  readonly program: string;
  readonly folder: string;
  readonly user: number | undefined;
  /** Ingress, admin, node. */
  readonly ports: readonly number[];
  readonly identityKey: string | undefined;
}

class OwnRestateServer implements RestateServer {
  readonly ingressUrl: string;
  readonly adminUrl: string;
  readonly identityKey: string | undefined;
  pid = 0;
  readonly #folder: string;
  readonly #guard: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor({ program, folder, user, ports, identityKey }: OwnedBy) {
    this.#folder = folder;
    this.identityKey = identityKey;
    this.ingressUrl = `http://127.0.0.1:${ports[0]}`;
    this.adminUrl = `http://127.0.0.1:${ports[1]}`;
    this.#guard = spawn("/bin/sh", ["-c", GUARD, "sh", program, folder], {
      cwd: "/",
      // A session of its own: Ctrl-C in a terminal reaches whoever started us, and we stop the server.
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
      env: { PATH: "/usr/bin:/bin", RESTATE_DISABLE_TELEMETRY: "true" },
      ...(user === undefined ? {} : { uid: user, gid: user }),
    });
    this.#answers = createInterface({ input: this.#guard.stdout })[Symbol.asyncIterator]();
  }

  async start(): Promise<void> {
    this.pid = await this.#order("start");
    const until = performance.now() + START_LIMIT_MS;
    while (!(await this.#isReady())) {
      if (performance.now() > until || !isAlive(this.pid)) throw await this.#refusal();
      await sleep(25);
    }
  }

  async kill(): Promise<void> {
    this.pid = await this.#order("kill");
  }

  async stop(): Promise<void> {
    if (this.#guard.exitCode !== null || this.#guard.signalCode !== null) return;
    const ended = once(this.#guard, "exit");
    this.#guard.stdin.end();
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #order(order: "start" | "kill"): Promise<number> {
    this.#guard.stdin.write(`${order}\n`);
    const { value } = await this.#answers.next();
    return Number(value);
  }

  async #isReady(): Promise<boolean> {
    const urls = [`${this.ingressUrl}/restate/health`, `${this.adminUrl}/health`];
    const answers = await Promise.allSettled(
      urls.map(async (url) => {
        const answer = await fetch(url);
        await answer.body?.cancel();
        return answer.ok;
      }),
    );
    return answers.every((answer) => answer.status === "fulfilled" && answer.value);
  }

  async #refusal(): Promise<Error> {
    const log = await readFile(join(this.#folder, "server.log"), "utf8").catch(() => "");
    return new Error(`Restate did not start:\n${log.split("\n").slice(-20).join("\n")}`);
  }
}

/** Enough for tests on a small machine, and quick to notice that a worker has gone silent. */
function configuration(folder: string, ports: readonly number[], options: RestateServerOptions): string {
  const [ingress, admin, node] = ports;
  const { hasIdentity = false, keepAliveIntervalMs = 1_000, keepAliveTimeoutMs = 3_000 } = options;
  return `
node-name = "aegis"
base-dir = ${JSON.stringify(join(folder, "data"))}
default-num-partitions = 4
rocksdb-total-memory-size = "128 MB"
listen-mode = "tcp"
bind-ip = "127.0.0.1"
bind-port = ${node}
advertised-host = "127.0.0.1"
disable-telemetry = true
log-filter = "warn"
log-disable-ansi-codes = true
[ingress]
bind-address = "127.0.0.1:${ingress}"
[admin]
bind-address = "127.0.0.1:${admin}"
disable-web-ui = true
[worker.invoker]
http2-keep-alive-interval = "${keepAliveIntervalMs}ms"
http2-keep-alive-timeout = "${keepAliveTimeoutMs}ms"
# One connection per run, so that what stands in front of the workers can spread them.
http2-streams-per-connection-limit = 1
concurrent-invocations-limit = 10000
${hasIdentity ? `request-identity-private-key-pem-file = ${JSON.stringify(join(folder, "identity.pem"))}` : ""}
`;
}

/** A public key as Restate writes it: its 32 bytes in base 58. */
function identityText(key: KeyObject): string {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  const bytes = key.export({ type: "spki", format: "der" }).subarray(-32);
  let rest = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; rest > 0n; rest /= 58n) text = `${alphabet[Number(rest % 58n)]}${text}`;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return `publickeyv1_${"1".repeat(Math.max(0, zeros))}${text}`;
}

/** Who the server runs as when this process is root: a user without any right, if it may reach the program. */
async function weakestUser(program: string): Promise<number | undefined> {
  if (process.getuid?.() !== 0) {
    await access(program, constants.X_OK);
    return undefined;
  }
  for (let path = program; path !== dirname(path); path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return undefined;
  }
  return NOBODY;
}

/** Free ports below those that systems give to outgoing connections: one of those could be in the way of a second start. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  const listener = createServer();
  return new Promise((resolve) => {
    listener.once("error", () => resolve(false));
    listener.listen(port, "127.0.0.1", () => listener.close(() => resolve(true)));
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Root's own server runs as somebody else; "not permitted" still means that it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
