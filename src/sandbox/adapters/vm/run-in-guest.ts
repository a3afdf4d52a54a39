import { PassThrough } from "node:stream";
import { AegisError, LIMITS } from "../../../kernel/index.ts";
import type { ProgramEnd, SandboxLimits, SandboxProgram } from "../../sandbox.ts";
import { ANSWER, encodePieces, type Frame, ORDER } from "../../vm-guest/frames.ts";
import type { GuestFailure, RunEnded, RunOrder } from "../../vm-guest/orders.ts";
import { captureOutput } from "../capture-output.ts";
import { readLines } from "../read-lines.ts";
import { lost } from "./machine-monitor.ts";
import type { Machine } from "./restore-machine.ts";

/** How long a guest may take to say that a program it was told to kill has ended, before the whole machine is. */
const KILL_MS = 10_000;

export interface GuestRun {
  readonly end: Promise<ProgramEnd>;
  take(frame: Frame): void;
}

/** One program in a guest. What the guest says of it is held to the limits here again: it may be anybody by now. */
export function runInGuest(
  machine: Machine,
  id: number,
  { program, limits }: { program: SandboxProgram; limits: SandboxLimits },
): GuestRun {
  const startMs = performance.now();
  const streams = { stdout: new PassThrough(), stderr: new PassThrough(), control: new PassThrough() };
  const stdout = captureOutput(streams.stdout, program.outputBytesMax);
  const stderr = captureOutput(streams.stderr, program.outputBytesMax);
  let reason: ProgramEnd["reason"] | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const finish = Promise.withResolvers<RunEnded>();
  const stop = (why: ProgramEnd["reason"]) => {
    if (reason !== undefined) return;
    reason = why;
    machine.order(ORDER.kill, id);
    killTimer = setTimeout(() => void machine.end("the guest does not end its program"), KILL_MS);
  };
  readLines(streams.control, {
    lineBytesMax: LIMITS.controlLineBytesMax,
    onLine: program.onControlLine ?? (() => undefined),
    onOverflow: () => stop("control-overflow"),
  });
  const onAbort = () => stop("aborted");
  const timer = setTimeout(() => stop("timeout"), program.timeoutMs);
  start(machine, id, program, limits);
  program.signal?.addEventListener("abort", onAbort, { once: true });
  if (program.signal?.aborted) onAbort();
  void machine.ended.then((why) => {
    if (reason === undefined) finish.reject(lost(why));
    else finish.resolve({ exitCode: null, stdoutBytes: 0, stderrBytes: 0, strayProcessCount: 0 });
  });
  const end = finish.promise
    .then((ended): ProgramEnd => {
      const exitCode = reason === undefined ? ended.exitCode : null;
      return {
        reason: reason ?? (exitCode === null ? "killed" : "exited"),
        exitCode,
        stdout: counted(stdout.captured(), ended.stdoutBytes),
        stderr: counted(stderr.captured(), ended.stderrBytes),
        durationMs: performance.now() - startMs,
        strayProcessCount: count(ended.strayProcessCount),
      };
    })
    .finally(() => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      program.signal?.removeEventListener("abort", onAbort);
    });
  const take = ({ kind, bytes }: Frame) => {
    if (kind === ANSWER.stdout) streams.stdout.write(Buffer.from(bytes));
    if (kind === ANSWER.stderr) streams.stderr.write(Buffer.from(bytes));
    if (kind === ANSWER.control) streams.control.write(Buffer.from(bytes));
    if (kind !== ANSWER.ended && kind !== ANSWER.failed) return;
    const told = JSON.parse(bytes.toString("utf8")) as RunEnded & GuestFailure;
    // Let the streams hand on what they hold.
    setImmediate(() => (kind === ANSWER.ended ? finish.resolve(told) : finish.reject(failure(told))));
  };
  return { end, take };
}

function start(machine: Machine, id: number, program: SandboxProgram, limits: SandboxLimits): void {
  const order: RunOrder = {
    command: program.command,
    env: program.env,
    outputBytesMax: program.outputBytesMax,
    openFilesMax: limits.openFilesMax,
    memoryBytes: limits.memoryBytes,
    processCountMax: limits.processCountMax,
  };
  machine.order(ORDER.run, id, Buffer.from(JSON.stringify(order)));
  for (const frame of encodePieces(ORDER.input, id, Buffer.from(program.stdin))) machine.send(frame);
}

function failure({ kind, message }: GuestFailure): AegisError {
  const text = String(message).slice(0, 300);
  return kind === "program" ? new AegisError("sandbox.spawn_failed", text) : lost(text);
}

function counted(captured: ProgramEnd["stdout"], told: unknown): ProgramEnd["stdout"] {
  const bytes = Math.max(captured.bytes, count(told));
  return { ...captured, bytes, isTruncated: captured.isTruncated || bytes > captured.bytes };
}

function count(told: unknown): number {
  return Number.isSafeInteger(told) && (told as number) >= 0 ? (told as number) : 0;
}
