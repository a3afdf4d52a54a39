import { expect, test } from "vitest";
import type { RunEvent } from "../src/domain/index.ts";
import { runCli, testProject, withStore } from "./cli-kit.ts";

const AGENT = `
import { defineAgent } from "aegis";
export default defineAgent({ name: "desk", version: "1", run: async ({ message, context }) => {
  if (/rather|instead/.test(message)) return "Fine, I exchanged it instead.";
  const [order] = /W\\d+/.exec(message) ?? [];
  if (order) return "Order " + order + ": is it unopened?";
  if (/yes|unopened/i.test(message)) return "Refunded.";
  return context.env.IS_DEAF ? "I do not understand." : "Which order number is it?";
} });`;

const SUITE = (isolation: string) => `
import { suite } from "aegis";
const simulatedUser = {
  goal: "a refund for the lamp",
  hiddenFacts: { order: { value: "W77", asked: "order number" }, state: { value: "unopened", asked: "unopened", say: "Yes, {{state}}." } },
  script: { open: "my lamp is the wrong colour, money back pls", rules: [{ when: { agent: "refunded" }, done: "goal" }] },
  givesUpAfter: 2,
};
export default suite("desk", { agent: "desk", trials: 1, isolation: "${isolation}", cases: [
  { id: "asks-for-what-it-needs", simulatedUser, checks: [{ answerContains: ["Refunded."] }] },
  { id: "after-a-word", input: "hello", simulatedUser, checks: [{ answerContains: ["Refunded."] }] },
  { id: "of-no-help", simulatedUser, world: { env: { IS_DEAF: "1" } }, checks: [{ answerContains: ["I do not understand."] }] },
] });`;

async function talks(folder: string) {
  return withStore(folder, async (store) => {
    const [run] = await store.listEvalRuns({ limit: 1 });
    const trials = await store.listTrials(run?.id ?? ("" as never));
    const logs = await Promise.all(trials.map(async ({ caseId, runId }) => [caseId, await store.read(runId)] as const));
    return Object.fromEntries(
      logs.map(([caseId, log]) => [
        caseId,
        log.flatMap((event: RunEvent) => ("content" in event ? [event.content] : [])),
      ]),
    );
  });
}

test.each(["none", "process"])(
  "at level %s a simulated user talks over several turns and tells what it is asked for",
  async (level) => {
    const folder = testProject({ "agents/desk.ts": AGENT, "evals/desk/suite.ts": SUITE(level) });
    const { exitCode, stdout, stderr } = await runCli(folder, ["eval", "run"]);
    expect({ exitCode, stderr: /void/.test(stderr) }, stdout + stderr).toEqual({ exitCode: 0, stderr: false });
    const told = await talks(folder);
    expect(told["asks-for-what-it-needs"]).toEqual([
      "my lamp is the wrong colour, money back pls",
      "Which order number is it?",
      expect.stringContaining("W77"),
      "Order W77: is it unopened?",
      "Yes, unopened.",
      "Refunded.",
    ]);
    expect(told["after-a-word"]?.slice(0, 2)).toEqual(["hello", "Which order number is it?"]);
    // Two answers of no help, and it goes.
    expect(told["of-no-help"]?.filter((said) => said === "I do not understand.")).toHaveLength(2);
  },
);

test("a user that nobody can speak for is told with the case's place, before any trial", async () => {
  const suite = SUITE("process").replace(/script: \{.*\},\n/, "");
  const folder = testProject({ "agents/desk.ts": AGENT, "evals/desk/suite.ts": suite });
  const { exitCode, stderr } = await runCli(folder, ["eval", "run", "--json"]);
  expect(exitCode).toBeGreaterThan(2);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "user.bad_definition" } });
});
