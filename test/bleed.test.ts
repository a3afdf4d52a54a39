import { cpSync, globSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { BleedReport, Traveller } from "../src/eval/bleed/index.ts";
import { makeProject, processesMentioning, ROOT, runCli } from "./cli-kit.ts";

// The shop of the support example, with an agent that keeps a handbook in the folder it works in.
const { folder, remove } = makeProject({});
cpSync(join(ROOT, "examples", "support"), folder, {
  recursive: true,
  filter: (path) => !/\.aegis|\.test\.ts$/.test(path),
});
symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
afterAll(remove);

const BLEED = ["eval", "bleed", "--suite", "production-v2", "--trials", "2", "--orders", "2", "--seed", "5"];
const CASE_COUNT = globSync("evals/production-v2/cases/*.yaml", { cwd: folder }).length;

test("an agent that leans on what it left drops from shared state to clean worlds, and the file is named", async () => {
  const agent = ["--agent", "./agents/leaky.ts"];
  const { exitCode, stdout, stderr } = await runCli(folder, [...BLEED, ...agent, "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
  const report = JSON.parse(stdout) as BleedReport;
  expect(report).toMatchObject({
    orders: 2,
    clean: { total: 2 * CASE_COUNT },
    shared: { total: 4 * CASE_COUNT },
    isChanged: true,
  });
  // Only the very first customer of an order meets an agent that knows nothing.
  expect(report.clean.passed / report.clean.total).toBeLessThan(0.6);
  expect(report.shared.passed / report.shared.total).toBeGreaterThan(0.8);
  expect(report.travelled[0]).toMatchObject({ kind: "file", what: "handbook.json" });
  expect(report.travelled[0]?.foundBy).toHaveLength(CASE_COUNT);
  // What a case did to its own shop was there when it came again.
  expect(report.travelled.some(({ kind, what }) => kind === "row" && what.startsWith("orders."))).toBe(true);

  const text = await runCli(folder, [...BLEED, ...agent], { NO_COLOR: "1" });
  expect(text.stdout).toMatch(/all cases +\d+ % .* +\d+ %/);
  expect(text.stdout).toMatch(/file handbook\.json: left by \S+, found by \d+ cases/);
  expect(text.stdout).toMatch(/In shared state the suite reads \d+ points too high/);
  expect(text.stdout).not.toContain("\u001b");
  expect(processesMentioning(folder)).toEqual([]);
}, 120_000);

test("variables, globals and processes that travel are named too, and an agent that leaves nothing changes nothing", async () => {
  writeFileSync(
    join(folder, "agents", "untidy.ts"),
    `import { spawn } from "node:child_process";
import { defineAgent } from "aegis";
export default defineAgent({ name: "untidy", version: "1", run: async ({ message }) => {
  process.env.SEEN_CUSTOMER = message;
  (globalThis as Record<string, unknown>).lastCustomer = message;
  if (!process.env.HAS_CHILD) spawn("sleep", ["600"], { stdio: "ignore" }).unref();
  process.env.HAS_CHILD = "yes";
  return "How can I help you?";
} });`,
  );
  const { stdout } = await runCli(folder, [
    ...BLEED,
    "--agent",
    "./agents/untidy.ts",
    "--case",
    "refund-twice",
    "--json",
  ]);
  const { travelled } = JSON.parse(stdout) as BleedReport;
  const named = travelled.map(({ kind, what }: Traveller) => `${kind} ${what}`);
  expect(named.toSorted()).toEqual(["env HAS_CHILD", "env SEEN_CUSTOMER", "global lastCustomer", "process sleep 600"]);

  const tidy = await runCli(folder, [...BLEED, "--case", "order-status", "--json"]);
  expect(tidy.exitCode).toBe(0);
  expect(JSON.parse(tidy.stdout)).toMatchObject({ isChanged: false, travelled: [] });
  expect(processesMentioning(folder)).toEqual([]);
}, 120_000);
