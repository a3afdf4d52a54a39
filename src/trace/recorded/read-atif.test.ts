import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { measureTrial } from "../../log/index.ts";
import {
  dataFolder,
  hasData,
  numbered,
  ofType,
  onlyLog,
  outline,
  rawData,
  readData,
  readValue,
} from "./recording.test-kit.ts";

interface Step {
  readonly source: string;
  readonly message: string;
  readonly tool_calls?: readonly { readonly function_name: string; readonly arguments: unknown }[];
  readonly observation?: { readonly results: readonly unknown[] };
}

const folder = "frameworks/atif";
const files = hasData ? readdirSync(join(dataFolder, folder)).map((file) => `${folder}/${file}`) : [];

test.each(files)("%s: steps, calls, tokens and cost are the file's own", (path) => {
  const raw = rawData(path) as {
    readonly session_id: string;
    readonly agent: { readonly name: string; readonly version: string };
    readonly steps: readonly Step[];
    readonly final_metrics: Record<string, number>;
  };
  const read = readData(path);
  const log = onlyLog(read);
  const { events } = log;
  const metrics = measureTrial(numbered(events));
  const calls = raw.steps.flatMap((step) => step.tool_calls ?? []);
  const { total_prompt_tokens: inputTokens, total_completion_tokens: outputTokens } = raw.final_metrics;
  expect(read).toMatchObject({ format: "atif", refused: [], unpairedResultCount: 0 });
  expect(log).toMatchObject({ externalId: `atif:${raw.session_id}`, session: raw.session_id, success: null });
  expect(events[0]).toMatchObject({ agent: { name: raw.agent.name, version: raw.agent.version } });
  expect(metrics).toMatchObject({ inputTokens, outputTokens, toolCallCount: calls.length });
  expect(ofType(events, "model.returned").map(({ message }) => message?.content)).toEqual(
    raw.steps.filter(({ source }) => source === "agent").map(({ message }) => message),
  );
  expect(ofType(events, "tool.called").map((event) => [event.tool, event.arguments])).toEqual(
    calls.map((call) => [call.function_name, call.arguments]),
  );
  const costUsd = raw.final_metrics["total_cost_usd"] ?? Number.NaN;
  expect(log.costMicroUsd).toBe(Math.round(costUsd * 1e6));
  const logged = ofType(events, "model.returned").reduce((sum, event) => sum + (event.costMicroUsd ?? Number.NaN), 0);
  expect(Math.abs(logged - costUsd * 1e6)).toBeLessThanOrEqual(1);
});

test.skipIf(!hasData)("parallel calls get their own results; an error and an empty one are told apart", () => {
  const { events } = onlyLog(readData(`${folder}/parallel_tools_mixed_results.json`));
  expect(outline(events)).toEqual([
    "run.started",
    "user: Get weather, stock price, and news for NYC",
    "model gpt-4 < 1",
    "model > Let me fetch all three at once.",
    'get_weather({"city":"NYC"})',
    '= "NYC: 42°F, cloudy, wind 15mph NW"',
    'get_stock({"ticker":"SPY"})',
    "! Error: API rate limit exceeded",
    'get_news({"topic":"NYC"})',
    "= null",
    "model gpt-4 < 4",
    expect.stringContaining("model > Here is what I found"),
    expect.stringContaining("sent: Here is what I found"),
    "ended: answered",
  ]);
  expect(events[0]?.atMs).toBe(Date.UTC(2025, 0, 20, 10));
  expect(events.at(-1)).toMatchObject({ type: "run.ended", durationMs: 5000 });
});

test.skipIf(!hasData)("what the environment says without having been called is no user's", () => {
  const { events } = onlyLog(readData(`${folder}/harbor_terminus2_invalid_json.json`));
  const said = ofType(events, "message.received").map(({ from, content }) => [from, content.slice(0, 32)]);
  expect(said).toEqual([
    ["user", "You are an AI assistant tasked w"],
    ["system", "Previous response had parsing er"],
  ]);
  expect(ofType(events, "tool.returned").map(({ result }) => String(result).slice(0, 21))).toEqual([
    "New Terminal Output:\n",
    "Current terminal stat",
    "New Terminal Output:\n",
  ]);
});

const agent = {
  name: "a",
  version: "1",
  tool_definitions: [{ type: "function", function: { name: "look" } }, { name: "go" }],
};

test("copied context is prompt, not done again; a step without a model call is none", () => {
  const look = { tool_call_id: "c1", function_name: "look", arguments: "{'at': 'x'}" };
  const steps = [
    { source: "user", message: "Old", is_copied_context: true },
    {
      source: "agent",
      message: "",
      is_copied_context: true,
      tool_calls: [look],
      observation: { results: [{ source_call_id: "c1", content: "seen" }] },
    },
    {
      source: "user",
      message: [
        { type: "text", text: "New" },
        { type: "image", source: {} },
      ],
    },
    { source: "agent", message: "Ready.", llm_call_count: 0 },
    {
      source: "agent",
      message: "Done.",
      reasoning_content: "easy",
      model_name: "m2",
      metrics: { prompt_tokens: 9, cached_tokens: 4 },
    },
  ];
  const { events } = onlyLog(readValue({ schema_version: "ATIF-v1.7", agent, steps }));
  expect(outline(events)).toEqual([
    "run.started",
    "user: New[image]",
    "sent: Ready.",
    "model m2 < 5",
    "model > Done.",
    "sent: Done.",
    "ended: answered",
  ]);
  expect(ofType(events, "model.called")[0]).toMatchObject({
    toolNames: ["look", "go"],
    added: [
      { role: "user", content: "Old" },
      { role: "assistant", toolRequests: [{ callId: "c1", tool: "look", arguments: { at: "x" } }] },
      { role: "tool", callId: "c1", result: "seen" },
      { role: "user" },
      { role: "assistant", content: "Ready." },
    ],
  });
  expect(ofType(events, "model.returned")[0]).toMatchObject({
    message: { reasoning: "easy" },
    usage: { inputTokens: 9, cachedInputTokens: 4 },
    costMicroUsd: null,
  });
});

test("subagents are conversations of their own, in the session of who called them", () => {
  const inner = {
    schema_version: "ATIF-v1.7",
    trajectory_id: "t-2",
    agent,
    steps: [{ source: "agent", message: "Found." }],
  };
  const called = { tool_call_id: "c1", function_name: "ask", arguments: {} };
  const result = { source_call_id: "c1", subagent_trajectory_ref: [{ trajectory_id: "t-2" }] };
  const step = { source: "agent", message: "", tool_calls: [called], observation: { results: [result] } };
  const outer = { ...inner, trajectory_id: "t-1", session_id: "s", steps: [step], subagent_trajectories: [inner] };
  const { logs } = readValue([outer]);
  expect(logs.map(({ externalId, session, where }) => [externalId, session, where])).toEqual([
    ["atif:t-1", "s", "[0]"],
    ["atif:t-2", "s", "[0].subagent_trajectories[0]"],
  ]);
  expect(ofType(logs[0]?.events ?? [], "tool.returned")[0]?.result).toEqual({
    subagent_trajectory_ref: [{ trajectory_id: "t-2" }],
  });
});

test("results without an id belong to calls in order, or to none of them", () => {
  const calls = ["a", "b"].map((name) => ({ tool_call_id: name, function_name: name, arguments: {} }));
  const step = (results: readonly unknown[]) => ({
    source: "agent",
    message: "",
    tool_calls: calls,
    observation: { results },
  });
  const read = (results: readonly unknown[]) =>
    outline(onlyLog(readValue({ schema_version: "ATIF-v1.6", agent, steps: [step(results)] })).events).slice(3);
  const one = { content: "1" };
  const two = { content: "2" };
  expect(read([one, two])).toEqual(["a({})", '= "1"', "b({})", '= "2"', "ended: answered"]);
  expect(read([one, { source_call_id: "a", content: "2" }])).toEqual([
    "a({})",
    '= "2"',
    "b({})",
    '= "1"',
    "ended: answered",
  ]);
  expect(read([one])).toEqual(["a({})", "b({})", "system: 1"]);
});

test("a run whose last call has no result has no known end, and results of no call are counted", () => {
  const call = { tool_call_id: "c1", function_name: "look", arguments: { a: 1 } };
  const results = [{ source_call_id: "c9", content: "for nobody" }];
  const steps = [{ source: "agent", message: "", tool_calls: [call], observation: { results } }];
  const read = readValue({ schema_version: "ATIF-v1.6", agent, steps });
  expect(outline(onlyLog(read).events)).toEqual(["run.started", "model unknown < 0", "model > ", 'look({"a":1})']);
  expect(read.unpairedResultCount).toBe(1);
});
