import { expect, test } from "vitest";
import type { ObservedSpan, ObservedSpanEvent } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { readSpan } from "./read-span.ts";
import { spanWith } from "./spans.test-kit.ts";

const event = (name: string, attributes: JsonObject): ObservedSpanEvent => ({
  name,
  timeNs: "1700000000000000000",
  attributes,
});
const ASKED = { role: "user", content: "Weather?" };
const SAID = { role: "assistant", content: "Rain." };

test.each<[string, ObservedSpan]>([
  [
    "Google's ADK",
    spanWith({
      "gen_ai.system": "gcp.vertex.agent",
      "gen_ai.request.model": "m",
      "gcp.vertex.agent.llm_request": '{"contents":[{"role":"user","parts":[{"text":"Weather?"}]}]}',
      "gcp.vertex.agent.llm_response": '{"content":{"role":"model","parts":[{"text":"Rain."}]}}',
    }),
  ],
  [
    "Pydantic AI before events were attributes",
    spanWith({
      "gen_ai.operation.name": "chat",
      events: JSON.stringify([
        { "event.name": "gen_ai.user.message", role: "user", content: "Weather?" },
        { "event.name": "gen_ai.choice", index: 0, message: { role: "assistant", content: "Rain." } },
      ]),
    }),
  ],
  [
    "Logfire",
    spanWith({
      "gen_ai.request.model": "m",
      request_data: '{"model":"m","messages":[{"role":"user","content":"Weather?"}]}',
      response_data: '{"message":{"role":"assistant","content":"Rain."},"usage":{}}',
    }),
  ],
  [
    "LangWatch",
    spanWith({
      "langwatch.span.type": "llm",
      "langwatch.input": '{"type":"chat_messages","value":[{"role":"user","content":"Weather?"}]}',
      "langwatch.output": '{"type":"text","value":"Rain."}',
    }),
  ],
  [
    "MLflow",
    spanWith({
      "mlflow.spanType": '"CHAT_MODEL"',
      "mlflow.spanInputs": '{"messages":[{"role":"user","content":"Weather?"}]}',
      "mlflow.spanOutputs": '{"choices":[{"message":{"role":"assistant","content":"Rain."}}]}',
    }),
  ],
  [
    "LangSmith",
    spanWith({
      "langsmith.span.kind": "llm",
      "gen_ai.prompt": '{"messages":[[{"lc":1,"id":["x","HumanMessage"],"kwargs":{"content":"Weather?"}}]]}',
      "gen_ai.completion":
        '{"generations":[[{"text":"Rain.","message":{"lc":1,"id":["x","AIMessage"],"kwargs":{"content":"Rain."}}}]]}',
    }),
  ],
  [
    "Strands",
    spanWith(
      { "gen_ai.operation.name": "chat", "gen_ai.system": "strands-agents" },
      {
        events: [
          event("gen_ai.user.message", { content: '[{"text":"Weather?"}]' }),
          event("gen_ai.choice", { finish_reason: "end_turn", message: '[{"text":"Rain."}]' }),
        ],
      },
    ),
  ],
  [
    "Semantic Kernel",
    spanWith(
      { "gen_ai.operation.name": "chat" },
      {
        events: [
          event("gen_ai.user.message", { "gen_ai.event.content": '{"role":"user","content":"Weather?"}' }),
          event("gen_ai.choice", {
            "gen_ai.event.content": '{"index":0,"message":{"role":"assistant","content":"Rain."}}',
          }),
        ],
      },
    ),
  ],
  [
    "OpenLLMetry's whole prompts in events",
    spanWith(
      { "gen_ai.system": "openai", "gen_ai.request.model": "m" },
      {
        events: [
          event("gen_ai.content.prompt", { "gen_ai.prompt": '[{"role":"user","content":"Weather?"}]' }),
          event("gen_ai.content.completion", { "gen_ai.completion": '[{"role":"assistant","content":"Rain."}]' }),
        ],
      },
    ),
  ],
])("%s: what was asked and said", (_framework, span) => {
  const { kind, model } = readSpan(span);
  expect({ kind, input: model?.input, output: model?.output }).toEqual({
    kind: "model",
    input: [ASKED],
    output: [SAID],
  });
});

test("Strands tells a tool's arguments and result in events", () => {
  const span = spanWith(
    { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather", "gen_ai.tool.call.id": "c1" },
    {
      events: [
        event("gen_ai.tool.message", { role: "tool", content: '{"city":"Paris"}', id: "c1" }),
        event("gen_ai.choice", { message: '[{"text":"rain"}]', id: "c1" }),
      ],
    },
  );
  expect(readSpan(span).tool).toEqual({ name: "weather", callId: "c1", arguments: { city: "Paris" }, result: "rain" });
});

test("an agent's whole conversation is told as what went in and what came out", () => {
  const all = [ASKED, { role: "assistant", content: "Wait." }, { role: "user", content: "And?" }, SAID];
  const { kind, agent, input, output } = readSpan(
    spanWith({ agent_name: "desk", "gen_ai.agent.name": "desk", "pydantic_ai.all_messages": JSON.stringify(all) }),
  );
  expect({ kind, agent }).toEqual({ kind: "agent", agent: { name: "desk" } });
  expect(input?.messages).toEqual(all.slice(0, -1));
  expect(output?.messages).toEqual([SAID]);
});
