import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApp, runEval } from "../src/app/index.ts";
import type { Message, RunEvent } from "../src/domain/index.ts";
import { toolCalls } from "../src/log/index.ts";
import { makeProject, ROOT } from "./cli-kit.ts";
import { logOfBytes } from "./uninstrumented-kit.ts";

// A Python program of the standard library says nothing about itself: its log is read off the model's traffic, whatever
// the format, and holds what the log of the instrumented TypeScript agent holds. The agents are the example's own.

const SUITE = `
import { check, suite } from "aegis";
const world = { clock: "2026-11-02T10:00:00Z" };
const isDown = { shop: { behaviour: { orders_get: [{ status: 503, times: 10 }] } } };
export default suite("traffic", {
  agent: "ai-sdk",
  world: "../../../support/world.ts",
  model: { script: "./model.yaml" },
  trials: 1,
  isolation: "process",
  timeoutMs: 30_000,
  checks: [check.retriesAtMost(2)],
  cases: [
    { id: "two-turns", input: ["Where is my parcel?", "Sorry, it is W1280."], world },
    { id: "calls-after-each-other", input: "Please refund W1270.", world },
    { id: "calls-at-once", input: "Compare W1280 with W1270.", world },
    { id: "the-same-call-again", input: "Where is W1280?", world: { ...world, state: isDown } },
    { id: "an-error-as-result", input: "Where is W9999?", world },
    { id: "a-call-in-each-turn", input: ["Where is W1280?", "And where is W1280 now?"], world },
    { id: "words-beside-a-call", input: "Explain W1280.", world },
    { id: "cut-off", input: "Talk on.", world },
  ],
});
`;

const MODEL = `
id: traffic
rules:
  - when: { lastFailed: orders_get, lastResult: "404" }
    then: { say: "I cannot find that order." }
  - when: { lastFailed: orders_get, calledTimes: { tool: orders_get, atMost: 1 }, anyUser: "W\\\\d{4}" }
    then: { call: { tool: orders_get, arguments: { orderId: "{{anyUser.0}}" } } }
  - when: { lastFailed: orders_get }
    then: { say: "The order could not be read." }
  - when: { lastTool: refund_issue }
    then: { say: "I refunded {{lastResult.amountCents}} cents." }
  - when: { lastTool: orders_get, user: "refund" }
    then: { call: { tool: refund_issue, arguments: { orderId: "{{lastResult.id}}", amountCents: "{{lastResult.totalCents}}" } } }
  - when: { lastTool: orders_get }
    then: { say: "{{lastResult.id}} is {{lastResult.status}}." }
  - when: { user: "Compare (W\\\\d{4}) with (W\\\\d{4})" }
    then:
      call:
        - { tool: orders_get, arguments: { orderId: "{{user.1}}" } }
        - { tool: orders_get, arguments: { orderId: "{{user.2}}" } }
  - when: { user: "Explain (W\\\\d{4})" }
    then: { say: "Let me look it up – one moment.", call: { tool: orders_get, arguments: { orderId: "{{user.1}}" } } }
  - when: { user: "Talk on" }
    then: { say: "On and on and", finishReason: length }
  - when: { user: "W\\\\d{4}" }
    then: { call: { tool: orders_get, arguments: { orderId: "{{user.0}}" } } }
fallback: { say: "Which order is it about?" }
`;

const FORMS = ["chat", "responses", "messages"].flatMap((form) => [[form], [form, "--stream"]]);

const { folder, remove } = makeProject({});
const project = join(folder, "examples", "any-language");
afterAll(remove);

beforeAll(() => {
  const isOwn = (path: string) => !/\.aegis|\.test\.ts$|evals\/shop/.test(path);
  for (const example of ["any-language", "support"]) {
    cpSync(join(ROOT, "examples", example), join(folder, "examples", example), { recursive: true, filter: isOwn });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(project, "evals", "traffic"), { recursive: true });
  writeFileSync(join(project, "evals", "traffic", "suite.ts"), SUITE);
  writeFileSync(join(project, "evals", "traffic", "model.yaml"), MODEL);
  const agents = FORMS.map((words) => [nameOf(words), `./agents/${nameOf(words)}.ts`] as const);
  for (const [index, words] of FORMS.entries()) {
    const command = JSON.stringify(["python3", "agent.py", ...words]);
    const [, file = ""] = agents[index] ?? [];
    const definition = `{ name: "any-language", version: "1", command: ${command} }`;
    writeFileSync(
      join(project, file),
      `import { defineAgent } from "aegis";\nexport default defineAgent(${definition});\n`,
    );
  }
  const config = JSON.stringify({ agents: { "ai-sdk": "./agents/ai-sdk.ts", ...Object.fromEntries(agents) } });
  writeFileSync(join(project, "aegis.config.ts"), `export default ${config};\n`);
});

const nameOf = (words: readonly string[]) => `python-${words.join("").replace("--", "-")}`;

/** The log of every trial, by its case. */
async function logsOf(agent: string): Promise<Map<string, readonly RunEvent[]>> {
  await using app = await openApp({ cwd: project, env: {}, storePath: ":memory:" });
  const { trials } = await runEval(app, { suite: "traffic", agent, seed: 1 });
  const store = await app.store();
  const sorted = trials.toSorted((left, right) => left.caseId.localeCompare(right.caseId));
  const logs = await Promise.all(sorted.map(async ({ caseId, runId }) => [caseId, await store.read(runId)] as const));
  return new Map(logs);
}

/** A program that is started once per turn forgets what its tools gave in the turn before: its prompts are shorter. */
const FORGETTING_CASE = "a-call-in-each-turn";

/** The conversation, and each call of a tool in order. */
function conversed(events: readonly RunEvent[]) {
  const { answered, tools, said, end } = told(events);
  return {
    said,
    end,
    answered: answered.map(({ message, finishReason }) => [message?.content, finishReason]),
    tools: tools.map(({ callId: _callId, ...call }) => call),
  };
}

/** What stands in a log, prompts and tokens included, without who saw it and when. */
function told(events: readonly RunEvent[]) {
  let prompt: readonly Message[] = [];
  const asked = events.flatMap((event) => {
    if (event.type !== "model.called") return [];
    prompt = [...prompt.slice(0, event.keptCount), ...event.added];
    return [{ prompt, toolNames: event.toolNames }];
  });
  const answered = events.flatMap((event) => {
    if (event.type !== "model.returned") return [];
    const { message, finishReason, usage } = event;
    // The AI SDK reads counts that nobody told as 0.
    return [{ message, finishReason, tokens: [usage?.inputTokens, usage?.outputTokens] }];
  });
  const tools = toolCalls(events).map(({ called, returned }) => ({
    callId: called.callId,
    tool: called.tool,
    arguments: called.arguments,
    result: returned?.result,
    error: returned?.error,
  }));
  const said = events.flatMap((event) =>
    event.type === "message.received" || event.type === "message.sent" ? [[event.type, event.content]] : [],
  );
  const [end] = events.flatMap((event) => (event.type === "run.ended" ? [event.outcome] : []));
  return { asked, answered, tools, said, end };
}

const ofInstrumented = Promise.withResolvers<Map<string, readonly RunEvent[]>>();
beforeAll(async () => ofInstrumented.resolve(await logsOf("ai-sdk")));

test("the instrumented agent does what the cases are about", async () => {
  const logs = await ofInstrumented.promise;
  const outline = [...logs].map(([caseId, events]) => {
    const { answered, tools } = told(events);
    const requests = answered.map(({ message }) => message?.toolRequests?.length ?? 0);
    return [caseId, requests.join(" "), tools.length, answered.at(-1)?.finishReason];
  });
  expect(outline).toEqual([
    ["a-call-in-each-turn", "1 0 1 0", 2, "stop"],
    ["an-error-as-result", "1 0", 1, "stop"],
    ["calls-after-each-other", "1 1 0", 2, "stop"],
    ["calls-at-once", "2 0", 2, "stop"],
    ["cut-off", "0", 0, "length"],
    ["the-same-call-again", "1 1 0", 2, "stop"],
    ["two-turns", "0 1 0", 1, "stop"],
    ["words-beside-a-call", "1 0", 1, "stop"],
  ]);
});

test.each(FORMS.map((words) => [words.join(" "), words] as const))(
  "a Python agent by %s has the log of the instrumented agent",
  async (_form, words) => {
    const expected = await ofInstrumented.promise;
    const logs = await logsOf(nameOf(words));
    expect([...logs.keys()]).toEqual([...expected.keys()]);
    for (const [caseId, events] of logs) {
      const instrumented = expected.get(caseId) ?? [];
      expect(conversed(events), caseId).toEqual(conversed(instrumented));
      if (caseId !== FORGETTING_CASE) expect(told(events), caseId).toEqual(told(instrumented));
      const witnesses = events.flatMap(({ type, witness }) => (/^(model|tool)\./.test(type) ? [witness] : []));
      expect(new Set(witnesses), caseId).toEqual(new Set(["edge"]));
    }
  },
);

test.each(FORMS.map((words) => [words.join(" "), words] as const))(
  "the bytes between a Python agent and its model alone give that log: %s",
  async (_form, words) => {
    const events = await logOfBytes({ words, content: "Compare W1280 with W1270.", script: MODEL });
    const log = (await ofInstrumented.promise).get("calls-at-once") ?? [];
    expect(told(events)).toEqual({ ...told(log), end: undefined });
  },
);
