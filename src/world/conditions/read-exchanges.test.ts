import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readExchangeFile, readExchanges } from "./read-exchanges.ts";

const TALK = [
  { role: "system", content: "policy" },
  { role: "assistant", content: "Hi!" },
  { role: "user", content: "Where is it?" },
  { role: "assistant", content: null, tool_calls: [{}] },
  { role: "tool", content: "{}" },
  { role: "assistant", content: "On its way." },
  { role: "user", content: "Thanks. ###STOP###" },
];

test.each([
  ["chat messages", TALK],
  ["tau-bench", [{ task_id: 1, traj: TALK }]],
  ["tau2-bench", { simulations: [{ messages: TALK }] }],
])("reads %s, without tools", (_format, value) => {
  expect(readExchanges(JSON.stringify(value), "x.json")).toEqual([["Where is it?", "On its way."]]);
});

test("reads JSON lines", () => {
  const lines = [{ messages: TALK }, { messages: TALK }].map((each) => JSON.stringify(each)).join("\n");
  expect(readExchanges(lines, "x.jsonl")).toHaveLength(2);
});

test.each([
  ["no JSON", "hello", "it is no JSON"],
  ["a broken line", '{"messages": []}\n{', "line 2 is no JSON"],
  ["nothing said", "[]", "no message of a user"],
])("refuses %s", (_why, text, says) => {
  expect(() => readExchanges(text, "x.json")).toThrow(
    expect.objectContaining({
      code: "condition.bad_conversations",
      message: `x.json: ${says}`.includes("no message") ? expect.stringContaining(says) : `x.json: ${says}`,
    }),
  );
});

const folder = mkdtempSync(join(tmpdir(), "aegis-exchanges-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("reads a file, and says which it could not", async () => {
  const file = join(folder, "talk.json");
  writeFileSync(file, JSON.stringify(TALK));
  expect(await readExchangeFile(file)).toHaveLength(1);
  await expect(readExchangeFile(join(folder, "none.json"))).rejects.toMatchObject({
    code: "condition.bad_conversations",
  });
});
