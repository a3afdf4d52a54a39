import { AegisError } from "../kernel/index.ts";
import { ISOLATION_PROMISES, type IsolationLevel, type SandboxFacts } from "../domain/index.ts";
import type { SandboxProvider } from "../sandbox/index.ts";

/** Whether a level works on this machine, tried out. */
export interface ExaminedLevel {
  readonly level: IsolationLevel;
  readonly promise: string;
  readonly isAvailable: boolean;
  /** In a sentence. */
  readonly found: string;
  /** The command that brings it. */
  readonly fix?: string;
  readonly facts?: SandboxFacts;
  /** From asking for a sandbox to the end of its first program. */
  readonly startMs?: number;
}

const PROBE_TIMEOUT_MS = 30_000;

/** Starts a program at this level, where that takes no building first. */
export async function examineLevel(level: IsolationLevel): Promise<ExaminedLevel> {
  const promise = ISOLATION_PROMISES[level];
  if (level === "none") return { level, promise, isAvailable: true, found: "trials run in this very process" };
  try {
    const provider = await providerOf(level);
    if ("missing" in provider) return { level, promise, isAvailable: false, ...provider.missing };
    await using open = provider.provider;
    const { facts, startMs } = await probe(open);
    return {
      level,
      promise,
      isAvailable: true,
      found: `a trial program started and ended${saidOf(facts)}`,
      facts,
      startMs,
    };
  } catch (error) {
    if (!(error instanceof AegisError)) throw error;
    return { level, promise, isAvailable: false, found: error.message, fix: error.fix };
  }
}

type Found = { readonly provider: SandboxProvider } | { readonly missing: Pick<ExaminedLevel, "found" | "fix"> };

async function providerOf(level: Exclude<IsolationLevel, "none">): Promise<Found> {
  switch (level) {
    case "process":
      return { provider: (await import("../sandbox/adapters/process-sandbox.ts")).processSandboxProvider() };
    case "namespace":
      return {
        provider: (await import("../sandbox/adapters/namespace/namespace-sandbox.ts")).namespaceSandboxProvider(),
      };
    case "vm":
      return { missing: { found: "not part of this version" } };
  }
}

async function probe(provider: SandboxProvider): Promise<{ facts: SandboxFacts; startMs: number }> {
  const startMs = performance.now();
  await using sandbox = await provider.open({ label: "doctor" });
  const program = { command: [process.execPath, "--version"], env: {}, stdin: "" };
  const end = await sandbox.run({ ...program, timeoutMs: PROBE_TIMEOUT_MS, outputBytesMax: 10_000 });
  if (end.exitCode !== 0) {
    const why = end.stderr.text.slice(0, 300);
    throw new AegisError("sandbox.spawn_failed", `a program ${end.reason} with code ${end.exitCode}: ${why}`);
  }
  return { facts: sandbox.facts, startMs: performance.now() - startMs };
}

function saidOf({ limitedBy, accelerator }: SandboxFacts): string {
  const parts = [
    ...(accelerator === undefined ? [] : [`accel=${accelerator}`]),
    ...(limitedBy === undefined ? [] : [`limits by ${limitedBy}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
