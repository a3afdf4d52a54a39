// How fast a fresh virtual machine answers, and what an idle one costs: node bench/vm.ts [--short] [--json]
import { readdirSync, readFileSync } from "node:fs";
import { examineVm } from "../src/sandbox/adapters/vm/examine-vm.ts";
import { vmSandboxProvider } from "../src/sandbox/adapters/vm/vm-sandbox-provider.ts";
import type { Sandbox } from "../src/sandbox/index.ts";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { timeBest } from "./time-process.ts";

/** The guest's supervisor is JavaScript: an open sandbox has answered, with randomness and clock of its own. */
export async function measureVm({ isShort }: BenchOptions): Promise<Figure[]> {
  const { canRun, install } = examineVm();
  if (!canRun) {
    say(`vm: not measured, something is missing here: ${install}`);
    return [];
  }
  const bare = timeBest({ command: [process.execPath, "--eval", "0"] }, 5).wallMs;
  const peers = [{ name: "node -e 0", value: bare }];
  const runs = isShort ? 3 : 15;
  await using plain = vmSandboxProvider({ onProgress: say });
  await using pooled = vmSandboxProvider({ pool: 1, onProgress: say });
  await close([await plain.open({ label: "first" })]);
  const alone = await timeOpens(plain, 1, runs);
  const atFour = await timeOpens(plain, 4, isShort ? 2 : 8);
  const timesBare = (value: number, ratioMax: number) => ({ of: "node -e 0", ratio: value / bare, ratioMax });
  const figures: Figure[] = [
    {
      what: "vm: first answer of JavaScript, 1 at a time",
      value: alone,
      unit: "ms",
      target: 130,
      peers,
      bound: timesBare(alone, 12),
    },
    {
      what: "vm: first answer of JavaScript, 4 at a time",
      value: atFour,
      unit: "ms",
      target: 300,
      peers,
      bound: timesBare(atFour, 30),
    },
    {
      what: "vm: first result of a fresh Node process",
      value: await timeProgram(plain, isShort ? 1 : 5),
      unit: "ms",
      peers,
    },
    {
      what: "vm: added by opening, with a pool",
      value: await timePooled(pooled, isShort ? 3 : 10),
      unit: "ms",
      target: 20,
      peers,
    },
    { what: "vm: private memory of an idle one", value: await idleMegabytes(plain), unit: "MB", target: 45 },
  ];
  const trials = isShort ? 10 : 200;
  const before = (await machinesThatStay()).length;
  const trialMs = await timeTrials(plain, trials);
  const left = (await machinesThatStay()).length - before;
  figures.push({ what: `vm: one of ${trials} trials in a row`, value: trialMs, unit: "ms", peers });
  const bound = { of: "none", ratio: left, ratioMax: 0 };
  figures.push({ what: `vm: machines left after ${trials} trials`, value: left, unit: "", target: 0, bound });
  return figures;
}

type Provider = ReturnType<typeof vmSandboxProvider>;

async function timeOpens(provider: Provider, width: number, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const opened = await Promise.all(
      Array.from({ length: width }, async () => {
        const startMs = performance.now();
        const sandbox = await provider.open({ label: "bench" });
        times.push(performance.now() - startMs);
        return sandbox;
      }),
    );
    await close(opened);
  }
  return median(times);
}

async function timeProgram(provider: Provider, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sandbox = await provider.open({ label: "bench" });
    const startMs = performance.now();
    await run(sandbox, [process.execPath, "-e", "console.log(1)"]);
    times.push(performance.now() - startMs);
    await close([sandbox]);
  }
  return median(times);
}

/** The trial takes a while, in which the pool is filled again. */
async function timePooled(provider: Provider, rounds: number): Promise<number> {
  const times: number[] = [];
  await close([await provider.open({ label: "bench" })]);
  for (let round = 0; round < rounds; round += 1) {
    await new Promise((done) => setTimeout(done, 1_000));
    const startMs = performance.now();
    const sandbox = await provider.open({ label: "bench" });
    times.push(performance.now() - startMs);
    await close([sandbox]);
  }
  return median(times);
}

async function timeTrials(provider: Provider, trials: number): Promise<number> {
  const startMs = performance.now();
  for (let trial = 0; trial < trials; trial += 1) {
    const sandbox = await provider.open({ label: "bench" });
    const text = await run(sandbox, ["/bin/sh", "-c", "echo $((6 * 7)) | tee answer"]);
    if (text !== "42\n") throw new Error(`trial ${trial} said ${JSON.stringify(text)}`);
    if ((await sandbox.collect()).length !== 1) throw new Error(`trial ${trial} lost its file`);
    await close([sandbox]);
  }
  return (performance.now() - startMs) / trials;
}

async function run(sandbox: Sandbox, command: readonly string[]): Promise<string> {
  const env = { PATH: "/usr/bin:/bin" };
  const end = await sandbox.run({ command, env, stdin: "", timeoutMs: 60_000, outputBytesMax: 1_000 });
  return end.stdout.text;
}

async function idleMegabytes(provider: Provider): Promise<number> {
  const before = new Set(await machinesThatStay());
  const opened = await Promise.all([1, 2, 3].map(() => provider.open({ label: "bench" })));
  const own = machines().filter((pid) => !before.has(pid));
  const sizes = own.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(rollup)?.[1] ?? 0);
    return (kilobytes("Private_Dirty") * 1_024) / 1e6;
  });
  await close(opened);
  return median(sizes);
}

/** QEMU itself: what stands around it names it, too. */
function machines(): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      // Of a process that has ended nobody has taken note yet, the command line is empty.
      const isAlive = /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "latin1") !== "";
      return isAlive && readFileSync(`/proc/${pid}/comm`, "latin1").startsWith("qemu-system");
    } catch {
      return false;
    }
  });
}

/** The kernel ends a machine a moment after the process that held it. */
async function machinesThatStay(): Promise<string[]> {
  const seen = new Set(machines());
  await new Promise((done) => setTimeout(done, 500));
  return machines().filter((pid) => seen.has(pid));
}

async function close(sandboxes: readonly Sandbox[]): Promise<void> {
  await Promise.all(sandboxes.map((sandbox) => sandbox[Symbol.asyncDispose]()));
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await runAsProgram(import.meta.url, measureVm);
