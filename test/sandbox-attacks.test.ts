import { afterAll, describe, expect, test } from "vitest";
import { namespaceSandboxProvider } from "../src/sandbox/adapters/namespace/namespace-sandbox.ts";
import { processSandboxProvider } from "../src/sandbox/adapters/process-sandbox.ts";
import { vmSandboxProvider } from "../src/sandbox/adapters/vm/vm-sandbox-provider.ts";
import type { SandboxProvider } from "../src/sandbox/index.ts";
import type { Attack, Outcome } from "./attacks/attack.ts";
import { ON_RESOURCES } from "./attacks/on-resources.ts";
import { ON_THE_HOST } from "./attacks/on-the-host.ts";
import { HELD_ELSEWHERE, ON_THE_NETWORK } from "./attacks/on-the-network.ts";
import { plantCanary } from "./attacks/plant-canary.ts";

const ATTACKS: readonly Attack[] = [...ON_RESOURCES, ...ON_THE_NETWORK, ...ON_THE_HOST];
/** One line for each level; a level that this machine cannot give says so, and its attacks are not run. */
const LEVELS = { process: processSandboxProvider, namespace: namespaceSandboxProvider, vm: vmSandboxProvider } as const;

test("every attack of the list has its place", () => {
  const numbers = [...ATTACKS.map(({ number }) => number), ...Object.keys(HELD_ELSEWHERE).map(Number)];
  expect(numbers.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

const available = await Promise.all(
  Object.entries(LEVELS).map(async ([level, openProvider]) => ({
    level,
    openProvider,
    problem: await problemOf(openProvider),
  })),
);

describe.each(available)("attacks on level $level", ({ level, openProvider, problem }) => {
  const provider = openProvider();
  afterAll(() => provider[Symbol.asyncDispose]());
  const expectedOf = (attack: Attack): Outcome => attack.expected[level as keyof typeof LEVELS];
  const tried = ATTACKS.filter((attack) => typeof expectedOf(attack) === "string");

  test.skipIf(problem !== undefined).each(tried)("$number $name", async (attack) => {
    expect((await isThrough(attack, provider)) ? "through" : "held").toBe(expectedOf(attack));
  });
});

async function isThrough(attack: Attack, provider: SandboxProvider): Promise<boolean> {
  await using canary = await plantCanary(provider);
  await using sandbox = await provider.open({ label: "attack", ...attack.options?.(canary) });
  const lines: string[] = [];
  const end = await sandbox.run({
    command: attack.command(canary),
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    stdin: "",
    timeoutMs: attack.timeoutMs ?? 30_000,
    outputBytesMax: 100_000,
    onControlLine: (line) => {
      lines.push(line);
      attack.onLine?.(canary, line);
    },
  });
  return await attack.isThrough({ canary, end, sandbox, lines, collect: () => sandbox.collect() });
}

async function problemOf(openProvider: () => SandboxProvider): Promise<string | undefined> {
  await using provider = openProvider();
  try {
    await using sandbox = await provider.open({ label: "probe" });
    return sandbox.workspace === "" ? "no workspace" : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
