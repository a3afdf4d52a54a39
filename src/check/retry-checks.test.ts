import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const limited = (retryAfterMs?: number) => ({
  error: { name: "HttpError", message: "429", status: 429, ...(retryAfterMs !== undefined && { retryAfterMs }) },
});
const broken = { error: "503" };
const API = "http://shop.test/orders";

// Events are a second apart: without more, a call begins a second after the one before ended.
test.each([
  {
    why: "never asked",
    events: log().tool("a", {}, null, broken).tool("a"),
    outcome: "pass",
    says: "Not applicable: no answer asked",
  },
  {
    why: "waited longer",
    events: log().tool("a", {}, null, limited(3_000)).waited(2_500).tool("a"),
    outcome: "pass",
    says: "waited that long",
  },
  {
    why: "a timer that rings early",
    events: log().tool("a", {}, null, limited(1_020)).tool("a"),
    outcome: "pass",
    says: "waited",
  },
  {
    why: "too early",
    events: log().tool("a", {}, null, limited(3_000)).tool("a"),
    outcome: "fail",
    says: "tool a again after 1.0 s, and was asked to wait 3.0 s",
  },
  {
    why: "too early, other arguments",
    events: log().tool("a", { n: 1 }, null, limited(3_000)).tool("a", { n: 2 }),
    outcome: "fail",
    says: "tool a",
  },
  {
    why: "another tool",
    events: log().tool("a", {}, null, limited(3_000)).tool("b"),
    outcome: "pass",
    says: "did not call again",
  },
  { why: "gave up", events: log().tool("a", {}, null, limited(9e8)), outcome: "pass", says: "did not call again" },
  {
    why: "the fault alone knows",
    events: log().fault("tool a", "rate-limit", { retryAfterMs: 3_000 }).tool("a", {}, null, limited()).tool("a"),
    outcome: "fail",
    says: "3.0 s",
  },
  {
    why: "a date of whole seconds",
    events: log()
      .fault("tool a", "rate-limit", { retryAfterMs: 2_000, retryAfterForm: "date" })
      .tool("a", {}, null, limited())
      .tool("a"),
    outcome: "pass",
    says: "waited",
  },
  {
    why: "not the tool meant",
    events: log().tool("a", {}, null, limited(3_000)).tool("a"),
    outcome: "pass",
    says: "no answer of tool b asked",
    options: "tool b",
  },
  {
    why: "over the network, too early",
    events: log()
      .http("GET", API, 429, { kind: "rate-limit", detail: { status: 429, retryAfterMs: 5_000 } })
      .http("GET", API, 200),
    outcome: "fail",
    says: "http GET shop.test/orders again",
  },
  {
    why: "over the network, in time",
    events: log()
      .http("GET", API, 429, { kind: "rate-limit", detail: { status: 429, retryAfterMs: 5_000 } })
      .waited(5_000)
      .http("GET", API, 200),
    outcome: "pass",
    says: "waited",
  },
])("retryAfterObeyed, $why: $outcome", ({ events, outcome, says, options = {} }) => {
  const found = compileCheck({ retryAfterObeyed: options }).judge(events.run());
  expect(found).toMatchObject({ outcome, explanation: expect.stringContaining(says) });
});

test.each([
  { why: "nothing failed", events: log().tool("a").tool("a"), outcome: "pass", says: "Not applicable: it retried" },
  {
    why: "one retry",
    events: log().tool("a", {}, null, broken).tool("a"),
    outcome: "pass",
    says: "each of its retries, one",
  },
  {
    why: "at once",
    events: log().tool("a", {}, null, broken).waited(-1_000).tool("a"),
    outcome: "fail",
    says: "after 0 ms; at least 50 ms",
  },
  {
    why: "doubled",
    events: log().tool("a", {}, null, broken).tool("a", {}, null, broken).waited(1_000).tool("a"),
    outcome: "pass",
    says: "2 retries",
  },
  {
    why: "always the same",
    events: log().tool("a", {}, null, broken).tool("a", {}, null, broken).tool("a"),
    outcome: "fail",
    says: "after 1.0 s, after 1.0 s the time before; at least 1.2 s",
  },
  {
    why: "the same, at the cap",
    events: log().tool("a", {}, null, broken).tool("a", {}, null, broken).tool("a"),
    outcome: "pass",
    says: "2 retries",
    options: { capMs: 1_000 },
  },
  {
    why: "as the answer said",
    events: log().tool("a", {}, null, limited(0)).waited(-1_000).tool("a", {}, null, broken).tool("a"),
    outcome: "pass",
    says: "retries",
  },
  {
    why: "refused, and with a new token",
    events: log()
      .tool("a", {}, null, { error: { name: "HttpError", message: "401", status: 401 } })
      .waited(-1_000)
      .tool("a"),
    outcome: "pass",
    says: "Not applicable",
  },
  {
    why: "other arguments are no retry",
    events: log().tool("a", { n: 1 }, null, broken).waited(-1_000).tool("a", { n: 2 }),
    outcome: "pass",
    says: "Not applicable",
  },
  {
    why: "another tool in between",
    events: log().tool("a", {}, null, broken).waited(-1_000).tool("b").waited(-1_990).tool("a"),
    outcome: "fail",
    says: "tool a",
  },
  { why: "a model", events: log().model({ error: "529" }).waited(-1_000).model(), outcome: "fail", says: "model" },
])("backoffGrows, $why: $outcome", ({ events, outcome, says, options = {} }) => {
  const found = compileCheck(check.backoffGrows(options)).judge(events.run());
  expect(found).toMatchObject({ outcome, explanation: expect.stringContaining(says) });
});
