import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const talk = log().answer("One moment.").answer("Your refund of $40 is approved.");
const decision = { type: "object", properties: { decision: { enum: ["approve", "decline"] } }, required: ["decision"] };

test.each([
  { spec: check.answerContains("REFUND"), outcome: "pass", evidence: [1] },
  { spec: check.answerContains("REFUND", { ignoreCase: false }), outcome: "fail", evidence: [1] },
  { spec: { answerContains: ["$40", "tomorrow"] }, outcome: "fail", evidence: [1], score: 0.5 },
  { spec: { answerContains: { text: "moment", in: "any" } }, outcome: "pass", evidence: [0, 1] },
  { spec: { answerContains: "moment" }, outcome: "fail", evidence: [1] },
  { spec: { answerNotContains: ["guarantee"] }, outcome: "pass", evidence: [0, 1] },
  { spec: { answerNotContains: "moment" }, outcome: "fail", evidence: [0] },
  { spec: { answerMatches: "\\$\\d+ is (approved|declined)" }, outcome: "pass", evidence: [1] },
  { spec: check.answerMatches(/^YOUR/gi), outcome: "pass", evidence: [1] },
  { spec: { answerMatches: "/^your/i" }, outcome: "pass", evidence: [1] },
  { spec: { answerMatches: "^your" }, outcome: "fail", evidence: [1] },
  { spec: check.answerSchema(decision), outcome: "fail", evidence: [1] },
])("$spec gives $outcome", ({ spec, ...wanted }) => {
  const compiled = compileCheck(spec);
  expect(compiled.judge(talk.run())).toMatchObject(wanted);
  const isBan = "answerNotContains" in spec;
  expect(compiled.judge(log().run())).toMatchObject({ outcome: isBan ? "pass" : "fail" });
});

test.each([
  { answer: '{"decision":"approve"}', outcome: "pass" },
  { answer: '```json\n{"decision":"approve"}\n```', outcome: "pass" },
  { answer: '{"decision":"maybe"}', outcome: "fail" },
  { answer: "{}", outcome: "fail" },
  { answer: 'Sure: {"decision":"approve"}', outcome: "fail" },
])("$answer is held against the schema: $outcome", ({ answer, outcome }) => {
  expect(compileCheck(check.answerSchema(decision)).judge(log().answer(answer).run())).toMatchObject({ outcome });
});

test.each([
  { schema: { properties: { a: { type: "string" } } }, why: "no type at the top" },
  { schema: { type: "object", properties: { a: { minimum: 3 } } }, why: "no type inside" },
  { schema: { type: "string", not: { const: "x" } }, why: "not" },
  { schema: { type: "object", dependentRequired: { a: ["b"] } }, why: "dependentRequired" },
  { schema: { type: "wishful" }, why: "no such type" },
])("a schema that would not be held is refused: $why", ({ schema }) => {
  expect(() => compileCheck({ answerSchema: { schema } })).toThrow(expect.objectContaining({ code: "check.bad_spec" }));
});
