import { expect, test } from "vitest";
import { type Json, seededRandom } from "../kernel/index.ts";
import { FAULT_KINDS } from "./catalogue/catalogue.ts";
import { explainFault } from "./explain-fault.ts";
import type { FaultHit } from "./fault-plan.ts";
import { modelFault } from "./model-fault.ts";
import type { ModelReply } from "./model-disturbance.ts";
import { openFaultPlan } from "./open-fault-plan.ts";
import { parseFaults } from "./parse-faults.ts";
import { openToolCallPerformer } from "./perform-tool-call.ts";
import { listProfiles, profileFaults } from "./profiles/profiles.ts";
import { toolFault } from "./tool-fault.ts";

const ORDERS = {
  orders: [
    { id: "W1", status: "shipped", total: 12.5, placed_at: "2026-11-02T10:00:00Z", note: "leave at the door" },
    { id: "W2", status: "pending", total: 40, placed_at: "2026-11-03T10:00:00Z", note: "ring twice" },
  ],
  next_cursor: "c2",
};

function hitOf(on: string, written: Json, side?: string): FaultHit {
  const faults = parseFaults([{ on, do: written, ...(side !== undefined && { side }) }], "test");
  const target = on === "model" ? ({ boundary: "model" } as const) : ({ boundary: "tool", name: "t" } as const);
  const hit = openFaultPlan({ faults, seed: 3 }).next({ on: target, nowMs: 0 });
  if (!hit) throw new Error("no fault");
  return hit;
}

/** Performs one call, after an undisturbed one that gave something else, and tells what happened. */
async function perform(written: Json, { side, gives = ORDERS }: { side?: string | undefined; gives?: Json } = {}) {
  let toldCount = 0;
  const sleeps: number[] = [];
  const given: Json[] = [];
  const hung = new Error("hung");
  const performer = openToolCallPerformer({
    sleep: (ms) => Promise.resolve(void sleeps.push(ms)),
    hang: () => Promise.reject(hung),
  });
  const asked = { cursor: "c1", ids: ["W1", "W2", "W3", "W4"] };
  await performer.perform({
    tool: "t",
    arguments: asked,
    disturbance: undefined,
    run: () => Promise.resolve("before"),
  });
  const run = (value: Json) => Promise.resolve((given.push(value), gives));
  const call = performer.perform({
    tool: "t",
    arguments: asked,
    disturbance: toolFault(hitOf("tool t", written, side)),
    onFault: () => (toldCount += 1),
    run,
  });
  const end = await call.then(
    (result) => ({ result }),
    (error: unknown) => (error === hung ? "hangs" : { error }),
  );
  return { end, sleeps, given, toldCount };
}

test.each([
  { written: { timeout: "5s" }, error: { name: "TimeoutError", code: "ETIMEDOUT" }, runs: 0, sleeps: [5_000] },
  { written: { timeout: "5s" }, side: "after", error: { name: "TimeoutError" }, runs: 1, sleeps: [5_000] },
  { written: "dns-failure", error: { code: "ENOTFOUND" }, runs: 0 },
  { written: "connection-refused", error: { code: "ECONNREFUSED" }, runs: 0 },
  { written: "tls-expired", error: { code: "CERT_HAS_EXPIRED" }, runs: 0 },
  { written: "reset-mid-body", error: { code: "ECONNRESET" }, runs: 1 },
  { written: "response-lost", error: { code: "ECONNRESET" }, runs: 1 },
  { written: { "rate-limit": "3s" }, error: { status: 429, retryAfterMs: 3_000 }, runs: 0 },
  { written: { "rate-limit": { retryAfterForm: "absent" } }, error: { status: 429 }, runs: 0 },
  { written: { status: 418 }, error: { status: 418 }, runs: 0 },
  { written: "server-error", side: "after", error: { status: 500 }, runs: 1 },
  { written: "token-expired", error: { status: 401 }, runs: 0 },
  { written: "html-error", error: { name: "SyntaxError" }, runs: 1 },
  { written: "broken-gzip", error: { code: "Z_DATA_ERROR" }, runs: 1 },
])("$written $side: the caller gets an error", async ({ written, side, error, runs, sleeps = [] }) => {
  const performed = await perform(written, { side });
  expect(performed.end).toEqual({ error: expect.objectContaining(error) });
  expect(performed.given).toHaveLength(runs);
  expect(performed.sleeps).toEqual(sleeps);
});

const [FIRST, SECOND] = ORDERS.orders;

test.each<{ readonly written: Json; readonly result: unknown; readonly runs?: number }>([
  { written: { partial: 0.5 }, result: { ...ORDERS, orders: [FIRST] } },
  { written: "empty", result: { ...ORDERS, orders: [] } },
  { written: { "duplicate-items": 1 }, result: { ...ORDERS, orders: [FIRST, FIRST, SECOND, SECOND] } },
  {
    written: { truncated: 0.1 },
    result: JSON.stringify(ORDERS).slice(0, Math.round(JSON.stringify(ORDERS).length * 0.1)),
  },
  { written: "looping-cursor", result: { ...ORDERS, next_cursor: "c1" } },
  { written: "stale", result: "before" },
  { written: "read-after-write-lag", result: "before" },
  {
    written: { "clock-skew": "1h" },
    result: {
      ...ORDERS,
      orders: [
        { ...FIRST, placed_at: "2026-11-02T11:00:00Z" },
        { ...SECOND, placed_at: "2026-11-03T11:00:00Z" },
      ],
    },
  },
  { written: { "lost-update": { ok: 1 } }, result: { ok: 1 }, runs: 0 },
  { written: "duplicate-delivery", result: ORDERS, runs: 2 },
  {
    written: { "schema-drift": { change: "rename", field: "orders.placed_at" } },
    result: { ...ORDERS, orders: [renamedEntry(FIRST), renamedEntry(SECOND)] },
  },
  {
    written: { "schema-drift": { change: "unit", field: "orders.total" } },
    result: {
      ...ORDERS,
      orders: [
        { ...FIRST, total: 1_250 },
        { ...SECOND, total: 4_000 },
      ],
    },
  },
  { written: { "schema-drift": { change: "null", field: "next_cursor" } }, result: { ...ORDERS, next_cursor: null } },
  {
    written: { "schema-drift": { change: "type", field: "next_cursor" } },
    result: { ...ORDERS, next_cursor: { value: "c2" } },
  },
  {
    written: { "schema-drift": { change: "enum", field: "next_cursor" } },
    result: { ...ORDERS, next_cursor: "c2_v2" },
  },
  { written: { "schema-drift": { change: "missing", field: "next_cursor" } }, result: { orders: ORDERS.orders } },
  {
    written: "injected-prompt",
    result: expect.objectContaining({
      orders: [expect.objectContaining({ note: expect.stringMatching(/ignore all.*PINEAPPLE-\d{6}/s) }), SECOND],
    }),
  },
])("$written: the caller gets another result", async ({ written, result, runs = 1 }) => {
  const { end, given } = await perform(written);
  expect(end).toEqual({ result });
  expect(given).toHaveLength(runs);
});

function renamedEntry(entry: (typeof ORDERS.orders)[number] | undefined) {
  const { placed_at: placedAt, ...rest } = entry ?? {};
  return { ...rest, placedAt };
}

test("delays, paces, hangs, oversized answers and parts of batches", async () => {
  expect(await perform({ latency: "300ms" })).toMatchObject({ sleeps: [300], end: { result: ORDERS } });
  expect((await perform({ bandwidth: 100 })).sleeps).toEqual([JSON.stringify(ORDERS).length * 10]);
  expect((await perform("hang")).end).toBe("hangs");
  const { end } = await perform({ oversized: 50_000 });
  expect(JSON.stringify(end).length).toBeGreaterThan(50_000);
  expect((await perform({ "partial-batch": 0.5 })).given).toEqual([{ cursor: "c1", ids: ["W1", "W2"] }]);
  const wrong = await perform("wrong-value");
  expect(wrong.end).not.toEqual({ result: ORDERS });
  expect(await perform("wrong-value")).toEqual(wrong);
});

test.each<{ readonly written: Json; readonly gives: Json; readonly toldCount: number }>([
  { written: "partial", gives: ORDERS, toldCount: 1 },
  { written: "partial", gives: 5, toldCount: 0 },
  { written: { latency: 5 }, gives: 5, toldCount: 1 },
  { written: "wrong-value", gives: null, toldCount: 0 },
  { written: "partial-batch", gives: null, toldCount: 1 },
  { written: "server-error", gives: null, toldCount: 1 },
])("$written on $gives is told $toldCount times", async ({ written, gives, toldCount }) => {
  expect((await perform(written, { gives })).toldCount).toBe(toldCount);
});

const REPLY: ModelReply = {
  text: "I will look that up for you.",
  toolRequests: [{ callId: "c1", tool: "lookup", arguments: { id: "W1" } }],
  finishReason: "tool-calls",
  model: "gpt-x-2026-01-01",
  usage: { inputTokens: 10, outputTokens: 5 },
};

test.each<{ readonly written: Json; readonly reply: object }>([
  { written: { refusal: "No." }, reply: { text: "No.", toolRequests: [], finishReason: "refusal" } },
  {
    written: { "content-filter": 0.5 },
    reply: { text: "I will look th", toolRequests: [], finishReason: "content-filter" },
  },
  {
    written: { "max-tokens-in-tool-call": 0.5 },
    reply: { toolRequests: [{ arguments: '{"id":' }], finishReason: "length" },
  },
  { written: "malformed-arguments", reply: { toolRequests: [{ arguments: '{"id":"W1",,' }] } },
  { written: "empty-arguments", reply: { toolRequests: [{ arguments: "" }] } },
  { written: "unknown-tool", reply: { toolRequests: [{ tool: "lookup_v2" }] } },
  { written: "duplicate-tool-call-id", reply: { toolRequests: [{ callId: "c1" }, { callId: "c1" }] } },
  { written: "empty-content", reply: { text: "", toolRequests: [], finishReason: "stop" } },
  { written: "model-changed", reply: { model: "gpt-x-2099-01-01" } },
  { written: { "cut-mid-token": 0.5 }, reply: { text: "I will look th", finishReason: "other" } },
  { written: { "duplicate-event": 0.5 }, reply: { text: "I will look that that up for you." } },
  { written: { "reorder-events": 0.5 }, reply: { text: "I will look up that for you." } },
])("$written: the model answers otherwise", ({ written, reply }) => {
  const { outcome } = modelFault(hitOf("model", written));
  expect(outcome.kind === "change" && outcome.change(REPLY)).toMatchObject(reply);
});

test("the model's usage is not told, its provider fails or is cut off", () => {
  const { outcome } = modelFault(hitOf("model", "usage-missing"));
  expect(outcome.kind === "change" && outcome.change(REPLY)).not.toHaveProperty("usage");
  expect(modelFault(hitOf("model", "model-overloaded"))).toMatchObject({
    isAsked: false,
    detail: { status: 529 },
    outcome: { kind: "throw" },
  });
  expect(modelFault(hitOf("model", "context-overflow"))).toMatchObject({
    outcome: { kind: "throw", error: { status: 400 } },
  });
  expect(modelFault(hitOf("model", { "error-event": 0.2 }))).toMatchObject({
    isAsked: true,
    outcome: { kind: "cut", share: 0.2 },
  });
  expect(modelFault(hitOf("model", "pings-only")).outcome).toEqual({ kind: "hang" });
});

/** What a fault does where nothing is said of it: the byte-level ones that a caller in the process cannot see. */
const UNSEEN_BY_A_MODEL_CALLER = ["wrong-content-type", "duplicate-delivery"];
const UNSEEN = { executionCount: 1, delayMs: 0, delayAfterMs: 0, outcome: { kind: "result" } };

test("every fault that fits a tool or a model does something there, and explains itself", () => {
  for (const kind of FAULT_KINDS) {
    if (kind.fits.includes("tool")) {
      const disturbance = toolFault(hitOf("tool t", kind.name));
      const isPaced = disturbance.bytesPerSecond !== undefined || disturbance.changeArguments !== undefined;
      if (!isPaced) expect(disturbance, kind.name).not.toMatchObject(UNSEEN);
    }
    if (kind.fits.includes("model") && !UNSEEN_BY_A_MODEL_CALLER.includes(kind.name)) {
      const { outcome, delayMs, delayAfterMs, bytesPerSecond } = modelFault(hitOf("model", kind.name));
      const isWaiting = delayMs + delayAfterMs > 0 || bytesPerSecond !== undefined;
      expect(isWaiting || outcome.kind !== "reply", kind.name).toBe(true);
    }
    const on = { tool: "tool t", model: "model", http: "http *", mcp: "mcp *" }[kind.fits[0] ?? "tool"];
    const [fault] = parseFaults([{ on, call: 1, do: kind.name }], "test");
    const sentence = fault ? explainFault(fault) : "";
    expect(sentence, kind.name).toMatch(/^Call 1 of [^{}]+\.$|^Call 1 of .*(can't help|\{marker\})/);
    for (const [name, parameter] of Object.entries(kind.parameters.shape)) {
      expect((parameter as { description?: string }).description, `${kind.name}.${name}`).toBeTruthy();
    }
    if (kind.short !== undefined) expect(Object.keys(kind.parameters.shape), kind.name).toContain(kind.short);
  }
});

test("faults explain when and after what they happen", () => {
  const faults = parseFaults(
    [
      { on: "tool a", call: [1, 3], side: "after", do: { timeout: "5s" } },
      {
        on: "http *",
        burst: { from: 2, count: 3 },
        probability: 0.25,
        window: { from: "1s", to: "2m" },
        do: "server-error",
      },
    ],
    "test",
  );
  expect(faults.map(explainFault)).toMatchInlineSnapshot(`
    [
      "Calls 1, 3 of tool a: no answer comes, and the call fails after 5 s, after the work was done.",
      "3 calls from call 2 on and 25 % of the calls from 1 s to 2 m of http *: the call is answered with status 500: Internal server error.",
    ]
  `);
});

test.each(listProfiles())(
  "profile $name: the same for the same seed, other for some, sound for all",
  ({ name, about }) => {
    expect(about).toMatch(/^[A-Z].*\.$/);
    const random = seededRandom(1);
    const seeds = Array.from({ length: 20 }, () => Math.floor(random() * 1e9));
    const lists = seeds.map((seed) => profileFaults(name, { seed }));
    expect(lists).toEqual(seeds.map((seed) => profileFaults(name, { seed })));
    for (const [index, faults] of lists.entries()) {
      expect(faults.length).toBeGreaterThan(0);
      expect(openFaultPlan({ faults, seed: index }).faults).toEqual(faults);
    }
    const kinds = new Set(lists.map((faults) => JSON.stringify(faults)));
    // Slowness is drawn call by call: the list itself has nothing to choose.
    expect(kinds.size > 1).toBe(name !== "slow-tools");
  },
);

test("an unknown profile is refused", () => {
  expect(() => profileFaults("flakey-api", { seed: 1 })).toThrow('did you mean "flaky-api"');
});
