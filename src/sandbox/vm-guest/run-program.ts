import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { assertProgram } from "../adapters/find-program.ts";
import { ANSWER, PIECE_BYTES_MAX } from "./frames.ts";
import type { RunEnded, RunOrder } from "./orders.ts";
import { seededEnvironment } from "./seeded-environment.ts";

export interface RunningProgram {
  readonly ended: Promise<void>;
  /** Pieces of standard input; an empty one ends it. */
  input(bytes: Buffer): void;
  kill(): void;
}

interface Place {
  readonly id: number;
  readonly workspace: string;
  readonly seed: number | undefined;
  say(kind: number, id: number, bytes: Uint8Array): void;
  sayJson(kind: number, id: number, value: unknown): void;
}

/** How long the ended program's pipes may take to drain. */
const DRAIN_MS = 2_000;

/** One program in a control group of its own, without any right; what it leaves running is counted and killed. */
export function runProgram(order: RunOrder, place: Place): RunningProgram {
  const group = `/sys/fs/cgroup/run-${place.id}`;
  let child: ChildProcess;
  try {
    assertProgram(order.command[0] ?? "", { path: order.env["PATH"], cwd: place.workspace });
    makeGroup(group, order);
    child = start(order, place, group);
  } catch (error) {
    const kind =
      error instanceof Error && "code" in error && error.code === "sandbox.spawn_failed" ? "program" : "guest";
    place.sayJson(ANSWER.failed, place.id, { kind, message: (error as Error).message });
    return { ended: Promise.resolve(), input: () => undefined, kill: () => undefined };
  }
  // Its children follow when it has ended: they are counted then.
  const kill = () => void child.kill("SIGKILL");
  child.stdin?.on("error", () => undefined);
  const input = (bytes: Buffer) => void (bytes.length > 0 ? child.stdin?.write(bytes) : child.stdin?.end());
  return { ended: finish(child, order, { ...place, group }), input, kill };
}

function makeGroup(group: string, order: RunOrder): void {
  mkdirSync(group);
  writeFileSync(`${group}/memory.max`, String(order.memoryBytes));
  writeFileSync(`${group}/pids.max`, String(order.processCountMax));
}

function start(order: RunOrder, place: Place, group: string): ChildProcess {
  const env = {
    HOME: place.workspace,
    TMPDIR: "/tmp",
    LANG: "C.UTF-8",
    TZ: "UTC",
    ...order.env,
    ...(place.seed !== undefined && seededEnvironment(place.seed, order.env)),
  };
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [group, String(order.openFilesMax), String(pairs.length), ...pairs, ...order.command];
  return spawn("/usr/bin/perl", ["/aegis/launch-program.pl", ...words], {
    cwd: place.workspace,
    // The launcher has rights yet: what the program's environment says is not for it.
    env: {},
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
}

async function finish(child: ChildProcess, order: RunOrder, place: Place & { group: string }): Promise<void> {
  const stdout = forward(child.stdout, order.outputBytesMax, (piece) => place.say(ANSWER.stdout, place.id, piece));
  const stderr = forward(child.stderr, order.outputBytesMax, (piece) => place.say(ANSWER.stderr, place.id, piece));
  const control = forward(child.stdio[3] as Readable, Number.POSITIVE_INFINITY, (piece) =>
    place.say(ANSWER.control, place.id, piece),
  );
  const exitCode = await new Promise<number | null>((done) => {
    child.once("error", () => done(null));
    child.once("exit", (code) => done(code));
  });
  const strayProcessCount = await endGroup(place.group);
  await Promise.race([
    Promise.all([stdout.closed, stderr.closed, control.closed]),
    new Promise((done) => void setTimeout(done, DRAIN_MS)),
  ]);
  for (const stream of child.stdio) stream?.destroy();
  const ended: RunEnded = { exitCode, stdoutBytes: stdout.bytes(), stderrBytes: stderr.bytes(), strayProcessCount };
  place.sayJson(ANSWER.ended, place.id, ended);
}

async function endGroup(group: string): Promise<number> {
  const alive = readFileSync(`${group}/cgroup.procs`, "latin1").split("\n").filter(Boolean).length;
  writeFileSync(`${group}/cgroup.kill`, "1");
  while (/^populated 1$/m.test(readFileSync(`${group}/cgroup.events`, "latin1"))) {
    await new Promise((done) => setTimeout(done, 1));
  }
  rmdirSync(group);
  return alive;
}

/** Passes the first bytes on and counts the rest. */
function forward(stream: Readable | null, bytesMax: number, onPiece: (piece: Uint8Array) => void) {
  let bytes = 0;
  stream?.on("data", (piece: Buffer) => {
    const kept = piece.subarray(0, Math.max(0, bytesMax - bytes));
    bytes += piece.length;
    for (let at = 0; at < kept.length; at += PIECE_BYTES_MAX) onPiece(kept.subarray(at, at + PIECE_BYTES_MAX));
  });
  stream?.on("error", () => undefined);
  const closed = stream ? new Promise<void>((done) => void stream.once("close", () => done())) : Promise.resolve();
  return { closed, bytes: () => bytes };
}
