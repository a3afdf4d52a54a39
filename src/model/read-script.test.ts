/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { expect, test } from "vitest";
import { readScript } from "./read-script.ts";
import { scriptedModel } from "./scripted-model.ts";

const careful = `
id: scripted/careful
seed: 7
rules:
  - when: { user: "refund .*(W\\\\d+)", notCalled: orders.get }
    then: { call: { tool: orders.get, arguments: { order_id: "{{user.1}}" } } }
  - when: { all: [{ lastTool: orders.get }, { not: { lastFailed: true } }] }
    then: { say: "Your order is {{result.orders.get.status}}." }
fallback: { say: How can I help? }
`;

test("a script in YAML runs", async () => {
  const model = scriptedModel(readScript(careful, "careful.yaml"));
  expect(model.id).toBe("scripted/careful");
  const question = { role: "user", content: "Refund order W1" } as const;
  const { message } = await model.generate({ messages: [question] });
  expect(message.toolRequests).toMatchObject([{ tool: "orders.get", arguments: { order_id: "W1" } }]);
  const result = { role: "tool", callId: "c", tool: "orders.get", result: { status: "late" } } as const;
  const next = await model.generate({ messages: [question, message, result] });
  expect(next.message.content).toBe("Your order is late.");
});

test("JSON is read as well", () => {
  const script = { id: "scripted/json", rules: [{ then: { say: "hi" } }] };
  expect(readScript(JSON.stringify(script, null, 2), "s.json")).toEqual(script);
});

test.each([
  {
    why: "an unknown key",
    text: "id: a\nrules:\n  - then: { say: x }\n    wen: {}\n",
    at: 's.yaml:4: rules.0: there is no key "wen", did you mean "when"?',
  },
  {
    why: "an unknown condition",
    text: "id: a\nrules:\n  - when: { lastTol: a }\n    then: {}\n",
    at: 's.yaml:3: rules.0.when: there is no key "lastTol", did you mean "lastTool"?',
  },
  { why: "a missing step", text: "id: a\nrules:\n  - when: { turn: 1 }\n", at: "s.yaml:3: rules.0.then is missing" },
  {
    why: "a bad pattern",
    text: "id: a\nrules:\n  - when:\n      user: '('\n    then: {}\n",
    at: "s.yaml:4: rules.0.when.user: is no regular expression",
  },
  {
    why: "a deep bad pattern",
    text: "id: a\nrules:\n  - when:\n      not:\n        any:\n          - user: '('\n    then: {}\n",
    at: "s.yaml:6: rules.0.when.not.any.0.user: ",
  },
  {
    why: "an unknown template",
    text: "id: a\nrules: []\nfallback:\n  say: 'hi {{name.first}}'\n",
    at: "s.yaml:4: fallback.say: {{name.first}} must begin with user",
  },
  {
    why: "a chance above 1",
    text: "id: a\nrules:\n  - chance: 2\n    then: {}\n",
    at: "s.yaml:3: rules.0.chance: expected a number from 0 to 1, got 2",
  },
  { why: "broken YAML", text: "id: a\nrules: [\n", at: "s.yaml:3: " },
  { why: "an empty file", text: "", at: "s.yaml:1: " },
])("$why is told with its place", ({ text, at }) => {
  expect(() => readScript(text, "s.yaml")).toThrow(
    expect.objectContaining({ code: "model.bad_script", message: expect.stringContaining(at) }),
  );
});
