// How long `aegis` takes to start, and how much code it loads before the first trial.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, runAsProgram } from "./bench.ts";
import { ROOT } from "./project-root.ts";
import { aegisEcho, makeEchoProject } from "./echo-project.ts";
import type { Figure } from "./figure.ts";
import { promptfoo, vitest } from "./peers.ts";
import { timeBest, timeTogether } from "./time-process.ts";

/**
 * Files, ours and of packages, that a run without judges, YAML and reports for CI has to load. The store brings the
 * runtime's questions along, and the schema of a case the words for faults and simulated users, but not what acts on them.
 */
const FILES_MAX = 340;

export function measureStart({ aegis, hasPeers, isShort }: BenchOptions): Figure[] {
  const node = process.execPath;
  const runner = hasPeers ? vitest() : undefined;
  const programs = {
    aegis: { command: [node, aegis, "--version"] },
    bare: { command: [node, "--eval", "0"] },
    vitest: runner && { command: [node, runner.program, "--version"] },
  };
  const times = timeTogether(programs, isShort ? 5 : 15);
  const wide = hasPeers && !isShort ? promptfoo({ mayInstall: true }) : undefined;
  const version: Figure = {
    what: "aegis --version",
    value: times.aegis.wallMs,
    unit: "ms",
    target: 80,
    peers: [
      { name: "node -e 0", value: times.bare.wallMs },
      ...(times.vitest ? [{ name: "vitest", value: times.vitest.wallMs }] : []),
      ...(wide
        ? [{ name: "promptfoo", value: timeBest({ command: [node, wide.program, "--version"] }, 3).wallMs }]
        : []),
    ],
    bound: { of: "node -e 0", ratio: times.aegis.cpuMs / times.bare.cpuMs, ratioMax: 4 },
  };
  return [version, loadedFiles(aegis)];
}

/** Counted, not timed: the same on every machine, and what start time comes from. */
function loadedFiles(aegis: string): Figure {
  const folder = mkdtempSync(join(tmpdir(), "aegis-bench-files-"));
  const list = join(folder, "files");
  const { command, ...rest } = aegisEcho(aegis, makeEchoProject(), {
    cases: 1,
    width: 1,
    agentMs: 0,
    isolation: "none",
  });
  const [node = "", ...words] = command;
  try {
    const hook = join(ROOT, "bench", "list-loaded-files.ts");
    const env = { ...rest.env, BENCH_LOADED_FILES: list };
    timeBest({ ...rest, command: [node, "--import", hook, ...words], env }, 1);
    const files = readFileSync(list, "utf8").trim().split("\n");
    const bound = { of: "the limit", ratio: files.length / FILES_MAX, ratioMax: 1 };
    return { what: "files loaded by eval run", value: files.length, unit: "", target: FILES_MAX, bound };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runAsProgram(import.meta.url, measureStart);
