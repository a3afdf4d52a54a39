import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApp, runEval } from "../../src/app/index.ts";
import type { Trial } from "../../src/domain/index.ts";
import { type AgentServer, startAgentServer } from "./agents/http-server.ts";

const PROJECT = fileURLToPath(new URL(".", import.meta.url));
const AGENTS = ["ai-sdk", "http", "python", "python-responses", "python-messages"];

const trialsOf = new Map<string, readonly Trial[]>();
let server: AgentServer;

beforeAll(async () => {
  server = await startAgentServer();
  process.env["HTTP_AGENT_URL"] = server.url;
  for (const agent of AGENTS) trialsOf.set(agent, await runAgent(agent));
});

afterAll(async () => {
  delete process.env["HTTP_AGENT_URL"];
  await server.close();
});

async function runAgent(agent: string): Promise<readonly Trial[]> {
  await using app = await openApp({ cwd: PROJECT, env: {}, storePath: ":memory:" });
  const { trials } = await runEval(app, { suite: "any-language", agent, seed: 1 });
  return trials.toSorted(
    (left, right) => left.caseId.localeCompare(right.caseId) || left.attemptIndex - right.attemptIndex,
  );
}

const outline = ({ caseId, outcome, verdicts, metrics }: Trial) => ({
  caseId,
  isPass: outcome.kind === "scored" && outcome.isPass,
  verdicts: verdicts.map(({ name, outcome: verdict, explanation }) => [name, verdict, explanation]),
  tools: metrics.tools,
  modelCallCount: metrics.modelCallCount,
});

test("all cases but the one made to fail pass in every language", () => {
  for (const agent of AGENTS) {
    const failed = (trialsOf.get(agent) ?? []).map(outline).filter(({ isPass }) => !isPass);
    expect(failed.map(({ caseId }) => caseId)).toEqual(["fails-on-purpose", "fails-on-purpose"]);
  }
});

test.each(AGENTS.slice(1))("%s gets the verdicts of the AI SDK agent, for the same calls", (agent) => {
  expect(trialsOf.get(agent)).toHaveLength(14);
  expect(trialsOf.get(agent)?.map(outline)).toEqual(trialsOf.get("ai-sdk")?.map(outline));
});
