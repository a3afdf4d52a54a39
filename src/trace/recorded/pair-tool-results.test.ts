import { expect, test } from "vitest";
import { type FlatMessage, pairToolResults } from "./pair-tool-results.ts";

const answer = (...ids: readonly (string | null)[]): FlatMessage => ({
  role: "assistant",
  content: "",
  calls: ids.map((id) => ({ id, tool: "get", arguments: {} })),
  atMs: null,
  isFromModel: true,
  costUsd: null,
});
const result = (id: string | null, content: string): FlatMessage => ({
  role: "tool",
  id,
  content,
  isError: false,
  atMs: null,
});

test.each([
  { name: "by position", ids: ["a", "b"], results: ["b", "a"], mayReorder: false, given: ["1", "2"] },
  { name: "by id, in any order", ids: ["a", "b"], results: ["b", "a"], mayReorder: true, given: ["2", "1"] },
  {
    name: "by position where ids repeat",
    ids: ["a", "b", "b"],
    results: ["b", "b", "a"],
    mayReorder: true,
    given: ["1", "2", "3"],
  },
  {
    name: "by position where ids are missing",
    ids: [null, null],
    results: ["x", "y"],
    mayReorder: true,
    given: ["1", "2"],
  },
])("results go to their calls: $name", ({ ids, results, mayReorder, given }) => {
  const flat = [answer(...ids), ...results.map((id, index) => result(id, String(index + 1)))];
  const { messages, unpairedResultCount } = pairToolResults(flat, { mayReorder });
  const calls = messages.flatMap((message) => (message.role === "assistant" ? message.calls : []));
  expect(calls.map((call) => call.result?.content)).toEqual(given);
  expect(unpairedResultCount).toBe(0);
});

test("a result without a call before it is counted", () => {
  const { messages, unpairedResultCount } = pairToolResults([
    result("a", "1"),
    answer("a"),
    result("a", "2"),
    result("a", "3"),
  ]);
  expect(messages).toHaveLength(1);
  expect(unpairedResultCount).toBe(2);
});
