import { expect, test } from "vitest";
import { readRecording } from "./read-recording.ts";

const openAi = {
  role: "assistant",
  content: null,
  refusal: null,
  tool_calls: [{ id: "c1", type: "function", function: { name: "orders_get", arguments: '{"id":"W1"}' } }],
};
const ours = {
  role: "assistant",
  content: "",
  toolRequests: [{ callId: "c1", tool: "orders_get", arguments: { id: "W1" } }],
};
const said = { role: "assistant", content: "Shipped." };
const others = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "where is W1?" }] },
  { role: "tool", tool_call_id: "c1", content: "{}" },
];

test.each([
  { form: "a JSON list in our form", text: JSON.stringify([ours, said]), expected: [ours, said] },
  { form: "a JSON list of OpenAI messages", text: JSON.stringify([openAi, said]), expected: [ours, said] },
  { form: "an object with messages", text: JSON.stringify({ messages: [said] }, null, 2), expected: [said] },
  {
    form: "JSON lines, empty ones too",
    text: `${JSON.stringify(openAi)}\n\n${JSON.stringify(said)}\r\n`,
    expected: [ours, said],
  },
  { form: "a single line", text: JSON.stringify(said), expected: [said] },
  {
    form: "a whole conversation",
    text: JSON.stringify([others[0], others[1], openAi, others[2], said]),
    expected: [ours, said],
  },
  {
    form: "OpenAI responses",
    text: JSON.stringify({ id: "x", choices: [{ index: 0, message: said }] }),
    expected: [said],
  },
  {
    form: "content in parts, with reasoning",
    text: JSON.stringify([
      {
        role: "assistant",
        reasoning_content: "hm",
        content: [
          { type: "text", text: "Ship" },
          { type: "text", text: "ped." },
        ],
      },
    ]),
    expected: [{ ...said, reasoning: "hm" }],
  },
  {
    form: "arguments that are not JSON, as the model wrote them",
    text: JSON.stringify([
      { role: "assistant", tool_calls: [{ id: "c1", function: { name: "f", arguments: "{id:" } }] },
    ]),
    expected: [{ role: "assistant", content: "", toolRequests: [{ callId: "c1", tool: "f", arguments: "{id:" }] }],
  },
])("reads $form", ({ text, expected }) => {
  expect(readRecording(text, "r.json")).toEqual(expected);
});

test.each([
  { why: "no JSON", text: "hello", message: "r.json: line 1 is no JSON, nor is the file as a whole" },
  {
    why: "a broken line",
    text: `${JSON.stringify(said)}\n{"role":`,
    message: "r.json: line 2 is no JSON, nor is the file as a whole",
  },
  { why: "an empty file", text: "", message: "r.json: holds no message of an assistant" },
  { why: "nobody's answers", text: JSON.stringify(others), message: "r.json: holds no message of an assistant" },
  { why: "no role", text: '[{"content":"x"}]', message: "r.json: message 1: role:" },
  {
    why: "a call without a name",
    text: '[{"role":"assistant","tool_calls":[{"id":"c"}]}]',
    message: "r.json: message 1: tool_calls.0",
  },
])("refuses $why", ({ text, message }) => {
  expect(() => readRecording(text, "r.json")).toThrow(
    expect.objectContaining({ code: "model.bad_script", message: expect.stringContaining(message) as string }),
  );
});
