import { expect, test } from "vitest";
import { AegisError } from "../../kernel/index.ts";
import { parseToolCassette, readToolCassette, type ToolCassette } from "./read-tool-cassette.ts";
import { writeToolCassette } from "./write-tool-cassette.ts";

const CASSETTE: ToolCassette = {
  tools: [{ name: "orders.get" }],
  takes: [
    {
      name: "failure",
      agent: { name: "support", version: "3" },
      instructions: "Be kind.",
      ended: { outcome: "timeout", error: { name: "CutOff", message: "it ends here" } },
      turns: [
        {
          user: "hi",
          steps: [
            {
              model: {
                role: "assistant",
                content: "",
                toolRequests: [{ callId: "1", tool: "orders.get", arguments: { id: "W1" } }],
              },
            },
            { tool: "orders.get", callId: "1", arguments: { id: "W1" }, result: null, durationMs: 3 },
            {
              tool: "orders.get",
              callId: "2",
              arguments: "no JSON",
              error: { name: "HttpError", message: "503", status: 503 },
              durationMs: 0,
              byFault: true,
            },
            { answer: "It is lost." },
          ],
        },
        { user: "and now?", steps: [] },
      ],
    },
    { name: "good", agent: { name: "support", version: "3" }, ended: { outcome: "answered" }, turns: [] },
  ],
};

test("what is written is read again, and reads like the conversation", () => {
  const text = writeToolCassette(CASSETTE);
  expect(parseToolCassette(text, "x.jsonl")).toEqual(CASSETTE);
  expect(text.split("\n").map((line) => Object.keys((JSON.parse(line || "{}") as object) ?? {})[0])).toEqual([
    "aegis",
    "take",
    "user",
    "model",
    "tool",
    "tool",
    "answer",
    "user",
    "take",
    undefined,
  ]);
});

const HEADER = '{"aegis":"tool-cassette","version":1,"tools":[]}\n';
const TAKE = '{"take":"failure","agent":{"name":"a","version":"1"},"ended":{"outcome":"answered"}}\n';
const TOOL = '{"tool":"t","callId":"1","arguments":{},"result":1,"durationMs":0}\n';

test.each([
  { why: "nothing", text: "", line: 1, says: "the file is empty" },
  { why: "another file", text: '{"aegis":"cassette","version":1}\n', line: 1, says: "begins with" },
  { why: "no object", text: "[]\n", line: 1, says: "begins with" },
  { why: "a newer version", text: '{"aegis":"tool-cassette","version":2,"tools":[]}\n', line: 1, says: "version 2" },
  { why: "a cut line", text: `${HEADER}{"take":`, line: 2, says: "ends in the middle" },
  { why: "no JSON", text: `${HEADER}{"take":\n`, line: 2, says: "not JSON" },
  { why: "no take", text: HEADER, line: 1, says: "no recorded run" },
  { why: "a step before a take", text: `${HEADER}${TOOL}`, line: 2, says: "a take must begin" },
  { why: "a step before a turn", text: `${HEADER}${TAKE}${TOOL}`, line: 3, says: "the user must say something" },
  {
    why: "an unknown line",
    text: `${HEADER}${TAKE}{"user":"hi"}\n{"toll":1}\n`,
    line: 4,
    says: "expected a line with",
  },
  {
    why: "a call without an answer",
    text: `${HEADER}${TAKE}{"user":"hi"}\n{"tool":"t","callId":"1","arguments":{},"durationMs":0}\n`,
    line: 4,
    says: "either a result or an error",
  },
  { why: "a number as a text", text: `${HEADER}${TAKE}{"user":4}\n`, line: 3, says: "user" },
])("$why is refused with file and line", ({ text, line, says }) => {
  const error = (() => {
    try {
      return parseToolCassette(text, "cases/x.jsonl");
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(AegisError);
  expect(error).toMatchObject({ code: "replay.bad_cassette", details: { path: "cases/x.jsonl", line } });
  expect((error as AegisError).message).toContain(`cases/x.jsonl:${line}: `);
  expect((error as AegisError).message).toContain(says);
});

test("a file that is not there is told by its path", () => {
  expect(() => readToolCassette("/nowhere/x.jsonl")).toThrow(expect.objectContaining({ code: "io.not_found" }));
});
