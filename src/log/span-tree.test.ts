import { expect, test } from "vitest";
import { logOf } from "./log-of.ts";
import type { LogEntry } from "./run-log.ts";
import { spanTree } from "./span-tree.ts";

const witness = "runtime";
const agent = { name: "support", version: "7" };
const log = logOf([
  { type: "run.started", schemaVersion: 1, agent, origin: "live", sessionId: "s1", witness },
  { type: "message.received", from: "user", content: "hello", witness },
  {
    type: "model.called",
    effect: 0,
    attempt: 1,
    provider: "acme",
    model: "small",
    keptCount: 0,
    added: [{ role: "user", content: "hello" }],
    toolNames: [],
    settings: { temperature: 1, maxOutputTokens: 9, stopSequences: ["x"], toolChoice: "auto" },
    witness,
  },
  {
    type: "model.returned",
    effect: 0,
    durationMs: 1,
    message: { role: "assistant", content: "hi" },
    finishReason: "stop",
    costMicroUsd: null,
    witness,
  },
  { type: "message.sent", content: "hi", witness },
] satisfies LogEntry[]);
const said = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });

test("the run tells its conversation, and with content what came in and went out", () => {
  expect(spanTree(log)?.attributes).toEqual({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "support",
    "gen_ai.agent.version": "7",
    "aegis.run.origin": "live",
    "gen_ai.conversation.id": "s1",
  });
  expect(spanTree(log, { withContent: true })?.attributes).toMatchObject({
    "gen_ai.input.messages": [said("user", "hello")],
    "gen_ai.output.messages": [said("assistant", "hi")],
  });
});

test("a model call tells the settings that the conventions have a name for, and why it ended", () => {
  const attributes = spanTree(log, { withContent: true })?.children[0]?.attributes ?? {};
  const settings = Object.entries(attributes).filter(([name]) => name.startsWith("gen_ai.request."));
  expect(Object.fromEntries(settings)).toEqual({
    "gen_ai.request.model": "small",
    "gen_ai.request.temperature": 1,
    "gen_ai.request.max_tokens": 9,
    "gen_ai.request.stop_sequences": ["x"],
  });
  expect(attributes["gen_ai.output.messages"]).toEqual([{ ...said("assistant", "hi"), finish_reason: "stop" }]);
});
