import { existsSync } from "node:fs";
import { join } from "node:path";
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

/**
 * Starts a program at this level. A level that has to be built first is built only where that is asked for; that it can be
 * is then all that is said.
 */
export async function examineLevel(
  level: IsolationLevel,
  { builds = false, onProgress }: { readonly builds?: boolean; readonly onProgress?: (message: string) => void } = {},
): Promise<ExaminedLevel> {
  const promise = ISOLATION_PROMISES[level];
  if (level === "none") return { level, promise, isAvailable: true, found: "trials run in this very process" };
  try {
    const provider = await providerOf(level, { builds, ...(onProgress && { onProgress }) });
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

async function providerOf(
  level: Exclude<IsolationLevel, "none">,
  { builds, onProgress }: { readonly builds: boolean; readonly onProgress?: (message: string) => void },
): Promise<Found> {
  switch (level) {
    case "process":
      return { provider: (await import("../sandbox/adapters/process-sandbox.ts")).processSandboxProvider() };
    case "namespace":
      return {
        provider: (await import("../sandbox/adapters/namespace/namespace-sandbox.ts")).namespaceSandboxProvider(),
      };
    case "vm":
      return findVm({ builds, ...(onProgress && { onProgress }) });
  }
}

async function findVm({
  builds,
  onProgress,
}: {
  readonly builds: boolean;
  readonly onProgress?: (message: string) => void;
}): Promise<Found> {
  const [{ examineVm }, { defaultCacheFolder, vmSandboxProvider }] = await Promise.all([
    import("../sandbox/adapters/vm/examine-vm.ts"),
    import("../sandbox/adapters/vm/vm-sandbox-provider.ts"),
  ]);
  const { canRun, missing, install } = examineVm();
  if (missing.length > 0) {
    const names = missing.map((piece) => piece.package).join(", ");
    return { missing: { found: `not installed: ${names}`, fix: install } };
  }
  if (!canRun) return { missing: { found: "guests are for Linux on x64" } };
  if (!builds && !existsSync(join(defaultCacheFolder(), "templates"))) {
    return { missing: { found: "all it needs is there, and the guest is not built yet", fix: "aegis sandbox build" } };
  }
  return { provider: vmSandboxProvider(onProgress && { onProgress }) };
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
