import { expect, test } from "vitest";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const expired = { error: { name: "HttpError", message: "401", status: 401 } };
const API = "http://shop.test/orders";
const TOKEN = "http://shop.test/oauth/token";
const expiry = { kind: "token-expired", detail: { status: 401, refresh: "works" } };
const hit = () =>
  log().tool("orders.get").fault("tool orders.get", "token-expired").tool("orders.get", {}, null, expired);

test.each([
  { why: "no fault", events: log().tool("orders.get"), outcome: "pass", says: "Not applicable: no token expired" },
  {
    why: "a 401 that nobody injected",
    events: log().tool("orders.get", {}, null, expired),
    outcome: "pass",
    says: "Not applicable",
  },
  { why: "once", events: hit().tool("auth.refresh").tool("orders.get"), outcome: "pass", says: "a new token once" },
  {
    why: "the old one again",
    events: hit().tool("orders.get"),
    outcome: "fail",
    says: "tool orders.get again without asking",
  },
  { why: "gave up", events: hit().answer("It did not work."), outcome: "fail", says: "never asked" },
  {
    why: "refused too, and stopped",
    events: hit().tool("auth.refresh", {}, null, expired),
    outcome: "pass",
    says: "once",
  },
  {
    why: "a loop",
    events: hit().tool("auth.refresh", {}, null, expired).tool("auth.refresh"),
    outcome: "fail",
    says: "twice in a row",
  },
  {
    why: "a loop with calls",
    events: hit().tool("auth.refresh").tool("orders.get", {}, null, expired).tool("auth.refresh"),
    outcome: "fail",
    says: "twice in a row",
  },
  {
    why: "twice, as allowed",
    events: hit().tool("auth.refresh", {}, null, expired).tool("auth.refresh"),
    outcome: "pass",
    says: "twice",
    options: { max: 2 },
  },
  {
    why: "two expiries",
    events: hit()
      .tool("auth.refresh")
      .tool("orders.get")
      .fault("tool orders.get", "token-expired")
      .tool("orders.get", {}, null, expired)
      .tool("auth.refresh")
      .tool("orders.get"),
    outcome: "pass",
    says: "twice",
  },
  {
    why: "refused again with the new one, and called once more as it was",
    events: hit().tool("auth.refresh").tool("orders.get", {}, null, expired).tool("orders.get"),
    outcome: "fail",
    says: "tool orders.get again without asking",
  },
  {
    why: "another failure in between is no refusal",
    events: hit()
      .tool("auth.refresh")
      .tool("orders.get", {}, null, { error: { name: "HttpError", message: "503", status: 503 } })
      .tool("orders.get"),
    outcome: "pass",
    says: "once",
  },
  {
    why: "another tool, which needs no token, in between",
    events: hit().tool("clock.read").tool("auth.refresh").tool("orders.get"),
    outcome: "pass",
    says: "once",
  },
  {
    why: "asked before it expired does not count",
    events: log()
      .tool("auth.refresh")
      .fault("tool orders.get", "token-expired")
      .tool("orders.get", {}, null, expired)
      .tool("orders.get"),
    outcome: "fail",
    says: "again without asking",
  },
  {
    why: "a look at tokens is no asking for one",
    events: log().http("GET", API, 401, expiry).http("GET", TOKEN, 200).http("GET", API, 200),
    outcome: "fail",
    says: "again without asking",
  },
  {
    why: "another name",
    events: hit().tool("session.renew").tool("orders.get"),
    outcome: "pass",
    says: "once",
    options: ["session.renew"],
  },
  {
    why: "over the network",
    events: log().http("GET", API, 401, expiry).http("POST", TOKEN, 200).http("GET", API, 200),
    outcome: "pass",
    says: "once",
  },
  {
    why: "over the network, the old one",
    events: log().http("GET", API, 401, expiry).http("GET", API, 401, expiry),
    outcome: "fail",
    says: "http GET shop.test/orders again",
  },
])("$why: $outcome", ({ events, outcome, says, options = {} }) => {
  const found = compileCheck({ tokenRefreshed: options }).judge(events.run());
  expect(found).toMatchObject({ outcome, explanation: expect.stringContaining(says) });
});

test("a tool's own request for a token is not a second one", () => {
  const events = hit()
    .add({ type: "tool.called", effect: 90, attempt: 1, callId: "r", tool: "auth.refresh", arguments: {} })
    .http("POST", TOKEN, 200)
    .add({ type: "tool.returned", effect: 90, durationMs: 1, callId: "r", tool: "auth.refresh", result: "ok" })
    .tool("orders.get");
  expect(compileCheck({ tokenRefreshed: null }).judge(events.run())).toMatchObject({ outcome: "pass" });
});
