import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { AegisError } from "../kernel/index.ts";
import { ISOLATION_LEVELS, type IsolationLevel } from "../domain/index.ts";
import type { PerformTrial } from "../eval/index.ts";

/** The levels this version and machine can give, weakest first. */
export const AVAILABLE_LEVELS: readonly IsolationLevel[] = ["none", "process"];

/** @throws {AegisError} "sandbox.unavailable": a level is never replaced by a weaker one */
export async function performerFor(level: IsolationLevel, root: string): Promise<PerformTrial> {
  switch (level) {
    case "none":
      return (await import("./perform-in-process.ts")).performInProcess;
    case "process": {
      const [{ performInSandbox }, { processSandboxProvider }] = await Promise.all([
        import("./perform-in-sandbox.ts"),
        import("../sandbox/adapters/process-sandbox.ts"),
      ]);
      return performInSandbox(processSandboxProvider(), {
        compileCache: makeFolder(join(root, ".aegis", "cache", "trials")),
      });
    }
    case "namespace":
    case "vm":
      throw new AegisError(
        "sandbox.unavailable",
        `isolation level ${level} is not available; available here: ${AVAILABLE_LEVELS.join(", ")}`,
        { details: { level } },
      );
  }
}

/** Trials at a time unless told. */
export function defaultConcurrency(level: IsolationLevel): number {
  return level === "none" ? 16 : Math.max(1, availableParallelism());
}

export function strongestLevel(): IsolationLevel {
  return ISOLATION_LEVELS.findLast((level) => AVAILABLE_LEVELS.includes(level)) ?? "none";
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
