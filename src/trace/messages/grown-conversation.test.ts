import { expect, test } from "vitest";
import type { Json } from "../../kernel/index.ts";
import { normalizeMessages } from "./normalize-messages.ts";

const LONG = "what was said before ".repeat(20);
const FIRST: readonly Json[] = [
  { role: "system", content: LONG },
  { role: "user", content: "Refund W1" },
];
const GROWN: readonly Json[] = [
  ...FIRST,
  { role: "assistant", content: "", tool_calls: [{ id: "c1", function: { name: "refund", arguments: "{}" } }] },
  { role: "tool", tool_call_id: "c1", content: "ok" },
];

function read(text: string) {
  return normalizeMessages(text, { side: "input", isPlainMessage: true });
}

test.each([
  ["compact", (items: readonly Json[]) => JSON.stringify(items)],
  ["indented", (items: readonly Json[]) => JSON.stringify(items, null, 2)],
  ["with space around", (items: readonly Json[]) => ` ${JSON.stringify(items)}\n`],
])("a prompt that goes on, %s, is read as it is read alone; what it repeats are the same objects", (_form, write) => {
  const before = read(write(FIRST));
  const after = read(write(GROWN));
  expect(after).toEqual(normalizeMessages(GROWN, { side: "input" }));
  expect(after?.messages[0]).toBe(before?.messages[0]);
  expect(after?.messages.at(-1)).toMatchObject({ role: "tool", tool: "refund", result: "ok" });
});

test("a result that comes in a later telling is named after a call of an earlier one", () => {
  const asked = [...FIRST, GROWN[2] ?? null];
  read(JSON.stringify(asked));
  expect(read(JSON.stringify(GROWN))?.messages.at(-1)).toMatchObject({ tool: "refund" });
});

test("items of one answer are joined across tellings", () => {
  const call = { type: "function_call", call_id: "c1", name: "find", arguments: "{}" };
  const items = [...FIRST, { type: "message", role: "assistant", content: "Let me look." }];
  const alone = normalizeMessages([...items, call], { side: "input" });
  const before = read(JSON.stringify(items));
  expect(read(JSON.stringify([...items, call]))).toEqual(alone);
  expect(alone?.messages).toHaveLength(before?.messages.length ?? 0);
});

test.each([
  ["a list that is not closed", `${JSON.stringify(FIRST).slice(0, -1)},{"role":"user"`],
  ["something behind the list", `${JSON.stringify(FIRST)} and more`],
  ["a comma without an item", `${JSON.stringify(FIRST).slice(0, -1)},]`],
])("%s is no conversation, whatever it begins with", (_what, text) => {
  read(JSON.stringify(FIRST));
  expect(read(text)?.messages).toEqual([{ role: "user", content: text }]);
});

test("what nests too deep behind a known beginning is not read", () => {
  read(JSON.stringify(FIRST));
  const deep = `${"[".repeat(200)}${"]".repeat(200)}`;
  const text = `${JSON.stringify(FIRST).slice(0, -1)},${deep}]`;
  expect(read(text)?.messages).toEqual([{ role: "user", content: text }]);
});
