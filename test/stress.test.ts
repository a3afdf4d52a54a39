import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { JsonStress } from "../src/eval/stress/index.ts";
import { makeProject, processesMentioning, ROOT, runCli } from "./cli-kit.ts";

const { folder, remove } = makeProject({});
cpSync(join(ROOT, "examples", "support"), folder, {
  recursive: true,
  filter: (path) => !/\.aegis|\.test\.ts$/.test(path),
});
symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
afterAll(remove);

const STRESS = ["eval", "stress", "--suite", "production-v2", "--isolation", "none", "--trials", "2", "--seed", "11"];
const CONDITIONS = ["long-conversation=1:40", "messy-user=0.3:1"].flatMap((each) => ["--condition", each]);

test("the support example's failure boundary: long talks do no harm, messy users do, as a table and as JSON", async () => {
  const { exitCode, stdout, stderr } = await runCli(folder, [...STRESS, ...CONDITIONS, "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const report = JSON.parse(stdout) as JsonStress & { missing: number };
  expect(report.missing).toBe(0);
  const [long, messy] = report.conditions;
  expect(long).toMatchObject({ condition: "long-conversation", levels: [{ level: 1 }, { level: 40 }] });
  expect(long?.boundary.shownAt).toBeNull();
  expect(messy).toMatchObject({ condition: "messy-user", levels: [{ level: 0.3 }, { level: 1, verdict: "worse" }] });
  const rates = messy?.levels.map(({ stressed }) => stressed?.rate ?? 1) ?? [];
  expect(rates[1]).toBeLessThan(report.undisturbed?.rate ?? 0);

  // The same seed gives the same cases; the text says what the figures say.
  const text = await runCli(folder, [...STRESS, ...CONDITIONS]);
  expect(text.stdout).toMatch(/undisturbed +█+/);
  expect(text.stdout).toMatch(/✗ messy-user 1 .*worse/);
  expect(text.stdout).toContain(`${((rates[1] ?? 0) * 100).toFixed(1)} %`);
  expect(text.stdout).toContain("Where it begins to fail");
  expect(processesMentioning(folder)).toEqual([]);
}, 120_000);

test.each([
  { words: ["--condition", "long-conversaton"], code: "condition.unknown", says: "long-conversation" },
  { words: ["--condition", "permissions=1:2"], code: "condition.bad_parameters", says: "no levels" },
  { words: ["--condition", '{"name": 4}'], code: "condition.bad_parameters", says: "name" },
  { words: ["--condition", "{nothing"], code: "condition.bad_parameters", says: "no JSON" },
  { words: ["--faults", "flaky-apu"], code: "fault.unknown", says: "flaky-api" },
])("$words is refused before any trial", async ({ words, code, says }) => {
  const { exitCode, stdout, stderr } = await runCli(folder, [...STRESS, ...words, "--json"]);
  expect({ isRefused: (exitCode ?? 0) > 2, stdout }).toEqual({ isRefused: true, stdout: "" });
  expect(JSON.parse(stderr)).toMatchObject({ error: { code, message: expect.stringContaining(says) as string } });
});

test("conditions are listed with what they do", async () => {
  const { stdout } = await runCli(folder, ["eval", "stress", "--list"]);
  expect(stdout).toMatch(/^CONDITION +STRENGTH +WHAT IT DOES\nlong-conversation +turns/);
  expect(stdout).not.toContain("undefined");
});
