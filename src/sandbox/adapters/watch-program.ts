import type { ChildProcess } from "node:child_process";
import { AegisError, LIMITS } from "../../kernel/index.ts";
import type { ProgramEnd, SandboxProgram } from "../sandbox.ts";
import { readLines } from "./read-lines.ts";

/** Follows a program until it ends by itself, by its limits or by the caller's signal; `kill` is asked at most once. */
export function watchProgram(child: ChildProcess, program: SandboxProgram, kill: () => void) {
  let reason: ProgramEnd["reason"] | undefined;
  const end = (why: ProgramEnd["reason"]) => {
    if (reason !== undefined) return;
    reason = why;
    kill();
  };
  const onAbort = () => end("aborted");
  const timer = setTimeout(() => end("timeout"), program.timeoutMs);
  program.signal?.addEventListener("abort", onAbort, { once: true });
  if (program.signal?.aborted) onAbort();
  const control = readLines(child.stdio[3], {
    lineBytesMax: LIMITS.controlLineBytesMax,
    onLine: program.onControlLine ?? (() => undefined),
    onOverflow: () => end("control-overflow"),
  });
  const exit = new Promise<number | null>((done, fail) => {
    child.once("error", (cause) => fail(new AegisError("sandbox.spawn_failed", cause.message, { cause })));
    child.once("exit", (exitCode) => done(exitCode));
  });
  const stop = () => {
    clearTimeout(timer);
    program.signal?.removeEventListener("abort", onAbort);
  };
  return { exit, control, stop, reason: () => reason };
}
