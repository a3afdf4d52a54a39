import { expect, test } from "vitest";
import { defineAgent, isAgentDefinition } from "./define-agent.ts";

const run = () => "ok";

test.each([
  { form: "agent", options: { agent: { generate: async () => ({ text: "", responseMessages: [] }) } } },
  { form: "run", options: { run } },
  { form: "command", options: { command: ["python3", "agent.py"], cwd: "..", env: { A: "b" } } },
  { form: "url", options: { url: "http://127.0.0.1:1/", headers: { a: "b" } } },
])("an agent by $form keeps what it was given", ({ options }) => {
  const agent = defineAgent({ name: "n", version: "1", ...options } as never);
  expect(agent).toMatchObject({ name: "n", version: "1", ...options });
  expect(isAgentDefinition(agent)).toBe(true);
});

test.each([
  { why: "no name", options: { name: "", version: "1", run } },
  { why: "no version", options: { name: "n", run } },
  { why: "no form", options: { name: "n", version: "1" } },
  { why: "two forms", options: { name: "n", version: "1", run, url: "http://x" } },
  { why: "an empty version", options: { name: "n", version: "", run } },
])("refuses $why", ({ options }) => {
  const failure = expect.objectContaining({ code: "agent.bad_definition" });
  expect(() => defineAgent(options as never)).toThrow(failure);
});

test.each([null, undefined, "agent", {}, { name: "n", version: "1", run }, run])(
  "%j is no agent definition",
  (value) => {
    expect(isAgentDefinition(value)).toBe(false);
  },
);

test("a definition made by another copy of this module counts too", () => {
  expect(isAgentDefinition({ name: "n", version: "1", run, [Symbol.for("aegis.agent")]: true })).toBe(true);
});
