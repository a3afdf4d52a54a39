import { expect, test } from "vitest";
import { readAnswer } from "./read-answer.ts";

test.each([
  { text: "hello", answer: "hello" },
  { text: "  two\nlines \n", answer: "two\nlines" },
  { text: "", answer: "" },
  { text: "42", answer: "42" },
  { text: "null", answer: "null" },
  { text: "[1,2]", answer: "[1,2]" },
  { text: "{broken", answer: "{broken" },
  { text: '{"answer":"a"} trailing', answer: '{"answer":"a"} trailing' },
  { text: '"quoted"', answer: "quoted" },
  { text: '{"answer":"a","output":"b"}', answer: "a" },
  { text: '{"output":"b","content":"c"}', answer: "b" },
  { text: '{"content":"c"}', answer: "c" },
  { text: '{"answer":null,"content":"c"}', answer: "c" },
  { text: '{"answer":""}', answer: "" },
  { text: '{"answer":["a",1]}', answer: '["a",1]' },
  { text: '{"answer":false}', answer: "false" },
])("$text answers $answer", ({ text, answer }) => {
  expect(readAnswer(text)).toEqual({ answer, toolCalls: [] });
});

test.each(['{"text":"a"}', "{}", '{"answer":null}', '{"toolCalls":[]}'])("%s holds no answer", (text) => {
  expect(() => readAnswer(text)).toThrow(expect.objectContaining({ code: "agent.bad_answer" }));
});

test("a long text without an answer is not repeated whole", () => {
  expect(() => readAnswer(JSON.stringify({ text: "x".repeat(100_000) }))).toThrow(/^.{0,300}$/);
});

test.each([
  { toolCalls: [{ tool: "t", arguments: { a: 1 }, result: 2 }], read: [{ tool: "t", arguments: { a: 1 }, result: 2 }] },
  { toolCalls: [{ name: "t" }], read: [{ tool: "t", arguments: {} }] },
  { toolCalls: [{ tool: "t", result: null }], read: [{ tool: "t", arguments: {}, result: null }] },
  { toolCalls: [{ tool: "t", error: "no" }], read: [{ tool: "t", arguments: {}, error: "no" }] },
  { toolCalls: [{ tool: "t", error: { code: 1 } }], read: [{ tool: "t", arguments: {} }] },
  { toolCalls: ["t", null, 1, []], read: [] },
  { toolCalls: { tool: "t" }, read: [] },
])("tool calls $toolCalls are read as $read", ({ toolCalls, read }) => {
  expect(readAnswer(JSON.stringify({ answer: "a", toolCalls })).toolCalls).toEqual(read);
});
