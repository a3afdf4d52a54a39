// How long a sandbox takes from nothing to a program's end, beside the same program started bare in the same run.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { namespaceSandboxProvider } from "../src/sandbox/adapters/namespace/namespace-sandbox.ts";
import { processSandboxProvider } from "../src/sandbox/adapters/process-sandbox.ts";
import type { SandboxProvider } from "../src/sandbox/index.ts";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import type { Figure } from "./figure.ts";

/** Start of the program behind the wall, in units of the bare program. */
const RATIO_MAX = 1.7;

const PROGRAM = [process.execPath, "-e", "0"];

/** One level: what it is, and the most that its start may take; other levels measure themselves with this too. */
export interface StartUnderTest {
  readonly provider: SandboxProvider;
  readonly ratioMax: number;
}

export async function measureSandboxStart({ isShort }: BenchOptions): Promise<Figure[]> {
  await using processes = processSandboxProvider();
  await using namespaces = namespaceSandboxProvider();
  const levels = [
    { provider: processes, ratioMax: RATIO_MAX },
    { provider: namespaces, ratioMax: RATIO_MAX },
  ];
  const figures: Figure[] = [];
  for (const level of levels) {
    try {
      figures.push(...(await measureLevelStart(level, isShort ? 5 : 25)));
    } catch (error) {
      say(`${level.provider.level}: ${(error as Error).message}`);
    }
  }
  return figures;
}

/** Turn by turn with the bare program, so that a busy minute hits both; the best of each is told. */
export async function measureLevelStart({ provider, ratioMax }: StartUnderTest, rounds: number): Promise<Figure[]> {
  const bare: number[] = [];
  const whole: number[] = [];
  const started: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await timeBare());
    const one = await timeSandbox(provider);
    whole.push(one.wholeMs);
    started.push(one.programMs);
  }
  const bareMs = Math.min(...bare);
  const programMs = Math.min(...started);
  const beside = [{ name: "node -e 0", value: bareMs }];
  const bound = { of: "node -e 0", ratio: programMs / bareMs, ratioMax };
  return [
    {
      what: `${provider.level}: a program in a sandbox`,
      value: programMs,
      unit: "ms",
      target: ratioMax * bareMs,
      peers: beside,
      bound,
    },
    { what: `${provider.level}: open, run, close`, value: Math.min(...whole), unit: "ms", peers: beside },
  ];
}

async function timeBare(): Promise<number> {
  const startMs = performance.now();
  const [file = "", ...words] = PROGRAM;
  await once(spawn(file, words, { stdio: "ignore" }), "exit");
  return performance.now() - startMs;
}

async function timeSandbox(provider: SandboxProvider): Promise<{ wholeMs: number; programMs: number }> {
  const startMs = performance.now();
  const sandbox = await provider.open({ label: "bench" });
  try {
    const program = { command: PROGRAM, env: {}, stdin: "", timeoutMs: 60_000, outputBytesMax: 1_000 };
    const { exitCode, durationMs, stderr } = await sandbox.run(program);
    if (exitCode !== 0) throw new Error(`the program ended with ${exitCode}: ${stderr.text}`);
    await sandbox[Symbol.asyncDispose]();
    return { wholeMs: performance.now() - startMs, programMs: durationMs };
  } finally {
    await sandbox[Symbol.asyncDispose]();
  }
}

await runAsProgram(import.meta.url, measureSandboxStart);
