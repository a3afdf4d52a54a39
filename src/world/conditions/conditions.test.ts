import fc from "fast-check";
import { expect, test } from "vitest";
import type { EvalCase } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { oversize } from "../../fault/change/change-entries.ts";
import { parseFaults } from "../../fault/parse-faults.ts";
import { applyCondition, CONDITIONS } from "./catalogue.ts";
import { sampleCase } from "./conditioned-case.test-kit.ts";
import { estimateTokens } from "./estimate-tokens.ts";

/** What each needs to work on the sample. */
const PARAMETERS: Readonly<Record<string, object>> = {
  "stale-memory": { remembered: [{ key: "policy", at: "kb.refunds.text" }] },
  "outdated-documents": { at: ["kb.*.text"] },
  "conflicting-documents": { at: ["kb"] },
};

const NAMES = CONDITIONS.map(({ name }) => name);

test.each(NAMES)(
  "%s: the same seed gives the same case, and neither id, checks nor the case given are touched",
  (name) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const given = sampleCase();
        const changed = applyCondition(name, PARAMETERS[name] ?? {}, given, seed);
        expect(changed).toEqual(applyCondition(name, PARAMETERS[name] ?? {}, sampleCase(), seed));
        expect(given).toEqual(sampleCase());
        expect(changed).not.toEqual(given);
        expect([changed.id, changed.checks, changed.passRate]).toEqual([given.id, given.checks, given.passRate]);
      }),
      { numRuns: 25 },
    );
  },
);

test.each(CONDITIONS.map(({ name, strength }) => [name, strength?.parameter] as const))(
  "%s: what makes it stronger is one of its parameters",
  (name, parameter) => {
    const { schema } = CONDITIONS.find((each) => each.name === name)!;
    expect(parameter === undefined || parameter in schema.shape).toBe(true);
  },
);

test.each([
  { name: "long-talk", parameters: {}, code: "condition.unknown", says: "there is no condition" },
  { name: "long-conversation", parameters: { turn: 3 }, code: "condition.bad_parameters", says: 'mean "turns"' },
  { name: "stale-memory", parameters: {}, code: "condition.bad_parameters", says: "remembered is missing" },
])("refuses $name $parameters", ({ name, parameters, code, says }) => {
  expect(() => applyCondition(name, parameters, sampleCase(), 1)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(says) }),
  );
});

const recorded = sampleCase({ world: { ...sampleCase().world, modelReplay: [[]] } });

test.each<{ name: string; parameters?: object; on: EvalCase; says: string }>([
  { name: "long-conversation", on: recorded, says: "a recording" },
  { name: "messy-user", on: sampleCase({ input: [{ data: 1 }] }), says: "nothing in words" },
  { name: "permissions", on: sampleCase({ user: null }), says: "no user" },
  { name: "permissions", on: sampleCase({ user: { id: "u", grants: [] } }), says: "no grants" },
  { name: "outdated-documents", parameters: { at: ["kb.missing"] }, on: sampleCase(), says: "nothing at kb.missing" },
  {
    name: "outdated-documents",
    parameters: { at: ["kb.shipping.text"] },
    on: sampleCase(),
    says: "no date or quantity",
  },
  { name: "conflicting-documents", parameters: { at: ["kb.shipping"] }, on: sampleCase(), says: "no date or quantity" },
  {
    name: "stale-memory",
    parameters: { remembered: [{ key: "a", at: "kb.shipping.text" }] },
    on: sampleCase(),
    says: "no date or quantity",
  },
  {
    name: "stale-memory",
    parameters: { remembered: [{ key: "a", value: 1 }] },
    on: sampleCase({ user: null }),
    says: "no user",
  },
])("$name does not fit a case with $says", ({ name, parameters = {}, on, says }) => {
  expect(() => applyCondition(name, parameters, on, 1)).toThrow(
    expect.objectContaining({ code: "condition.not_applicable", message: expect.stringContaining(says) }),
  );
});

test.each([1, 40, 100])("long-conversation puts %d answered turns before the task", (turns) => {
  const { history = [], input } = applyCondition("long-conversation", { turns }, sampleCase(), 7);
  expect(history.map(({ role }) => role)).toEqual(Array.from({ length: turns }, () => ["user", "assistant"]).flat());
  expect(input).toEqual(sampleCase().input);
});

test("a longer conversation is a shorter one with more before it, by turns and by tokens", () => {
  const of = (parameters: object) => applyCondition("long-conversation", parameters, sampleCase(), 7).history!;
  const [short, long] = [of({ turns: 40 }), of({ turns: 90 })];
  expect(long.slice(-short.length)).toEqual(short);
  const byTokens = of({ turns: 1, tokensMin: 8_000 });
  const tokens = byTokens.reduce(
    (sum, { role, ...message }) =>
      sum + (role === "tool" ? 0 : estimateTokens("content" in message ? message.content : "")),
    0,
  );
  expect(tokens).toBeGreaterThanOrEqual(8_000);
  expect(tokens).toBeLessThan(8_300);
});

test("what was said may be the user's own recordings", () => {
  const exchanges = [["How warm is it?", "It is 20 degrees."]];
  const { history } = applyCondition("long-conversation", { turns: 2, exchanges }, sampleCase(), 1);
  expect(history?.map((message) => ("content" in message ? message.content : ""))).toEqual([
    ...exchanges[0]!,
    ...exchanges[0]!,
  ]);
});

test.each([
  { name: "large-tool-results", parameters: { tokens: 8_000, on: "tool orders.*", calls: [1, 3] } },
  { name: "competing-instructions", parameters: {} },
])("$name adds a fault that the case could have written", ({ name, parameters }) => {
  const given = sampleCase({ world: { ...sampleCase().world, faults: [{ on: "model", do: "hang" }] } });
  const { world } = applyCondition(name, parameters, given, 1);
  expect(world.faults).toHaveLength(2);
  const [, added] = parseFaults(world.faults as Json, "case");
  expect(added?.do.parameters).toMatchObject(
    name === "large-tool-results" ? { bytes: 48_000 } : { text: expect.stringContaining("assistant") },
  );
});

test.each<{ answer: Json }>([
  { answer: { id: "W1", status: "delivered" } },
  { answer: "delivered" },
  { answer: [{ id: "W1" }, { id: "W2" }] },
])("large-tool-results: the answer $answer holds at least the tokens asked for", ({ answer }) => {
  const { world } = applyCondition("large-tool-results", {}, sampleCase(), 1);
  const [fault] = parseFaults(world.faults as Json, "case");
  const grown = oversize(answer, Number(fault?.do.parameters["bytes"]));
  expect(estimateTokens(JSON.stringify(grown))).toBeGreaterThanOrEqual(8_000);
});

test("competing-instructions: system first, the user in each message, a tool in its results", () => {
  const { input, world } = applyCondition("competing-instructions", { about: "format" }, sampleCase(), 1);
  expect(input).toEqual([
    { system: "From here on, answer in plain sentences, without lists or markup." },
    { user: "Hello, please refund order W1234, it's broken. Please give me everything as a bullet list." },
    { user: "I paid $45.50 on 2026-11-02. Please give me everything as a bullet list." },
  ]);
  expect(world.faults?.[0]).toMatchObject({ on: "tool *" });
});

test.each([
  { kind: "encoding", turns: 2, holds: /â€™|\ufffd|&nbsp;|Â|Ã|%20|=20/ },
  { kind: "control", turns: 2, holds: /[\u0000-\u0008\u001b\u0085\u200b\u2028\u202e\u2066\ufeff]/ },
  { kind: "mixed-languages", turns: 2, holds: /[^\u0000-\u024f]/ },
  { kind: "truncated", turns: 3, holds: /2026-11-02/ },
  { kind: "empty", turns: 3, holds: /2026-11-02/ },
  { kind: "huge", turns: 2, holds: /INFO/ },
])("malformed-input: $kind; what the task rests on still comes", ({ kind, turns, holds }) => {
  for (let seed = 0; seed < 20; seed += 1) {
    const { input } = applyCondition("malformed-input", { kinds: [kind], strength: 0.9 }, sampleCase(), seed);
    const texts = input.map((turn) => ("user" in turn ? turn.user : ""));
    expect(texts).toHaveLength(turns);
    expect(texts.join(" ")).toMatch(holds);
    expect(texts.join(" ")).toContain("W1234");
    expect(texts.at(-1)).toContain("$45.50");
  }
});

test("a huge message is as huge as it says", () => {
  const { input } = applyCondition("malformed-input", { kinds: ["huge"], tokens: 5_000 }, sampleCase(), 1);
  const last = input.at(-1)!;
  expect(estimateTokens("user" in last ? last.user : "")).toBeGreaterThanOrEqual(5_000);
});

test.each([
  [{}, { id: "u1", grants: [expect.any(String)] }],
  [{ as: "none" }, { id: "u1", grants: [] }],
  [{ as: "stranger" }, { id: "u1-stranger", grants: ["refund.request", "orders.read"] }],
  [
    { as: "stranger", id: "u2" },
    { id: "u2", grants: ["refund.request", "orders.read"] },
  ],
  [{ as: "nobody" }, null],
  [
    { with: ["admin"], without: ["orders.read"] },
    { id: "u1", grants: ["refund.request", "admin"] },
  ],
  [
    { grants: ["x"], id: "u9" },
    { id: "u9", grants: ["x"] },
  ],
])("permissions %j", (parameters, user) => {
  expect(applyCondition("permissions", parameters, sampleCase(), 3).user).toEqual(user);
});

test("documents as they were a year ago; what has no date or quantity stays", () => {
  const { world } = applyCondition("outdated-documents", { at: ["kb.*"] }, sampleCase(), 5);
  const kb = world.state["kb"] as Record<string, Record<string, string>>;
  expect(kb["refunds"]!["updated"]).toBe("2025-01-15");
  expect(kb["refunds"]!["text"]).toMatch(/^Refunds within \d+ days\. Fee: \$\d+\.$/);
  expect(kb["refunds"]!["text"]).not.toContain("30 days");
  expect(kb["shipping"]).toEqual({ id: "shipping", text: "Free." });
});

test("documents may be given instead", () => {
  const { world } = applyCondition(
    "outdated-documents",
    { at: ["list.1"], instead: "Pets fly free." },
    sampleCase(),
    5,
  );
  expect(world.state["list"]).toEqual(["Two bags up to 23 kg.", "Pets fly free."]);
});

test.each(["kb", "list"])("conflicting documents lie beside the ones of %s that can conflict", (at) => {
  const { world } = applyCondition("conflicting-documents", { at: [at] }, sampleCase(), 2);
  const before = Object.values(sampleCase().world.state[at] as object);
  const after = Object.values(world.state[at] as object);
  expect(after).toHaveLength(before.length + 1);
  for (const document of before) expect(after).toContainEqual(document);
});

test("a memory that is old, of what stands in the state or of what is given", () => {
  const remembered = [
    { key: "refunds", at: "kb.refunds.text" },
    { key: "city", value: "Berlin", owner: "agent" },
  ];
  const { world } = applyCondition("stale-memory", { remembered, ageDays: 90 }, sampleCase(), 1);
  expect(world.memory).toEqual([
    { owner: "user", key: "refunds", value: expect.not.stringContaining("30 days"), ageMs: 90 * 86_400_000 },
    { owner: "agent", key: "city", value: "Berlin", ageMs: 90 * 86_400_000 },
  ]);
});

test("messy-user writes the user's messages, recorded ones too, and styles a simulated user", () => {
  const parameters = { operators: ["anger"], strength: 1 };
  const replayed = sampleCase({ world: { ...sampleCase().world, userReplay: [["Refund W9, please."]] } });
  const { input, world } = applyCondition("messy-user", parameters, replayed, 1);
  const after = [...input.map((turn) => ("user" in turn ? turn.user : "")), ...world.userReplay![0]!];
  const before = [...sampleCase().input.map((turn) => ("user" in turn ? turn.user : "")), "Refund W9, please."];
  for (const [index, text] of after.entries()) expect(text).not.toBe(before[index]);
  const simulated = sampleCase({ simulatedUser: { goal: "a refund" } });
  expect(applyCondition("messy-user", parameters, simulated, 1).simulatedUser).toEqual({
    goal: "a refund",
    style: parameters,
  });
});
