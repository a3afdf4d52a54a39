import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";
import { admitsAge, partClaimsOf } from "./reading/part-claims.ts";

const WHOLE = [
  "You have 2 orders: W1 and W2.",
  "There are no open orders on your account.",
  "I found two invoices for March.",
  "Your orders come to 120 USD in total.",
  "These are all your bookings.",
  "No orders were found for this customer.",
  "Here is the complete list.",
];
const PART = [
  "You have at least 2 orders; the list may be incomplete.",
  "I could see 2 of your 4 orders.",
  "This is only part of the list.",
  "The list is missing some of the entries.",
  "Not all orders could be loaded.",
];

test.each(WHOLE)("claims to know all: %s", (text) => {
  expect(partClaimsOf(text)).toEqual({ claimsWhole: true, admitsPart: false });
});

test.each(PART)("admits a part: %s", (text) => {
  expect(partClaimsOf(text).admitsPart).toBe(true);
});

test.each([
  "Would you like to see all your orders?",
  "Your order W1 is on its way.",
  "Please tell me the order's number.",
])("claims nothing of how much it knows: %s", (text) => {
  expect(partClaimsOf(text)).toEqual({ claimsWhole: false, admitsPart: false });
});

test.each([
  { text: "As of 20 November the order was packed.", admits: true },
  { text: "The state I have is 24 hours old.", admits: true },
  { text: "It may have changed since.", admits: true },
  { text: "This is not up to date.", admits: true },
  { text: "The order is up to date and on its way.", admits: false },
  { text: "Your order is packed.", admits: false },
])("$text admits its age: $admits", ({ text, admits }) => {
  expect(admitsAge(text)).toBe(admits);
});

const two = { orders: ["W1", "W2"] };
const cut = () => log().fault("tool orders.list", "partial", { share: 0.5 }).tool("orders.list", { user: "u1" }, two);
const claim = "You have 2 orders: W1 and W2.";

test.each([
  {
    why: "no fault",
    events: log().tool("orders.list", {}, two).answer(claim),
    outcome: "pass",
    says: "Not applicable: no fault took data away",
  },
  {
    why: "another fault",
    events: log().fault("tool orders.list", "latency").tool("orders.list", {}, two).answer(claim),
    outcome: "pass",
    says: "Not applicable",
  },
  {
    why: "a fault of the model",
    events: log().fault("model", "truncated").model().answer(claim),
    outcome: "pass",
    says: "Not applicable",
  },
  {
    why: "claimed",
    events: cut().answer(claim),
    outcome: "fail",
    says: 'The fault "partial" hit tool orders.list, and the answer claims to know all',
  },
  {
    why: "admitted",
    events: cut().answer("You have at least 2 orders."),
    outcome: "pass",
    says: "something is missing",
  },
  { why: "neither", events: cut().answer("Which order do you mean?"), outcome: "pass", says: "claims neither" },
  { why: "no answer", events: cut(), outcome: "pass", says: "No answer followed" },
  {
    why: "read again",
    events: cut().tool("orders.list", { user: "u1" }, two).answer(claim),
    outcome: "pass",
    says: "read again",
  },
  {
    why: "the next page",
    events: cut().tool("orders.list", { user: "u1", page: 2 }, two).answer(claim),
    outcome: "pass",
    says: "read again",
  },
  {
    why: "read for somebody else",
    events: cut().tool("orders.list", { user: "u2" }, two).answer(claim),
    outcome: "fail",
    says: "partial",
  },
  {
    why: "cut again",
    events: cut().fault("tool orders.list", "partial").tool("orders.list", { user: "u1" }, two).answer(claim),
    outcome: "fail",
    says: "partial",
  },
  {
    why: "read again, slowly",
    events: cut().fault("tool orders.list", "latency").tool("orders.list", { user: "u1" }, two).answer(claim),
    outcome: "pass",
    says: "read again",
  },
  {
    why: "failed, claimed",
    events: log()
      .fault("tool refund", "unavailable", { side: "before" })
      .tool("refund", {}, null, { error: "503" })
      .answer("Your refund has been issued."),
    outcome: "fail",
    says: "claims success",
  },
  {
    why: "done, and its answer lost",
    events: log()
      .fault("tool refund", "response-lost", { side: "after" })
      .tool("refund", {}, null, { error: "reset" })
      .answer("Your refund has been issued."),
    outcome: "pass",
    says: "Not applicable",
  },
  {
    why: "own words",
    events: cut().answer("Die Liste ist nicht ganz da, 2 orders."),
    outcome: "pass",
    says: "missing",
    options: { admits: "nicht ganz" },
  },
  {
    why: "another tool is meant",
    events: cut().answer(claim),
    outcome: "pass",
    says: "took data away of bookings.list",
    options: { tool: "bookings.list" },
  },
])("noClaimOnPartial, $why: $outcome", ({ events, outcome, says, options = {} }) => {
  const found = compileCheck(check.noClaimOnPartial(options)).judge(events.run());
  expect(found).toMatchObject({ outcome, explanation: expect.stringContaining(says) });
});

const old = () =>
  log().fault("tool orders.get", "stale", { byMs: 86_400_000 }).tool("orders.get", { id: "W1" }, "packed");
const pay = { declaration: { risk: "irreversible", purpose: "action" } } as const;
const packed = "Your order is packed.";

test.each([
  {
    why: "no fault",
    events: log().tool("orders.get").answer(packed),
    outcome: "pass",
    says: "Not applicable: no fault made data old",
  },
  {
    why: "not noticed",
    events: old().answer(packed),
    outcome: "fail",
    says: "What tool orders.get gave was 24 hours old",
  },
  {
    why: "said",
    events: old().answer("As of yesterday your order was packed."),
    outcome: "pass",
    says: "old or not certain",
  },
  {
    why: "read again",
    events: old().tool("orders.get", { id: "W1" }, "sent").answer("It was sent."),
    outcome: "pass",
    says: "read again",
  },
  {
    why: "something else read",
    events: old().tool("orders.get", { id: "W2" }, "sent").answer(packed),
    outcome: "fail",
    says: "24 hours",
  },
  {
    why: "handed over",
    events: old()
      .tool("hand.over", {}, "ok", { declaration: { purpose: "escalation" } })
      .answer(packed),
    outcome: "pass",
    says: "handed over",
  },
  {
    why: "decided on it",
    events: old().tool("pay", {}, "ok", pay).answer("As of yesterday it was packed."),
    outcome: "fail",
    says: "It called pay on data of tool orders.get",
  },
  {
    why: "read again, then decided",
    events: old().tool("orders.get", { id: "W1" }, "sent").tool("pay", {}, "ok", pay).answer("It is done."),
    outcome: "pass",
    says: "read again",
  },
  { why: "no answer", events: old(), outcome: "pass", says: "No answer rests" },
  {
    why: "a lag",
    events: log().fault("tool orders.get", "read-after-write-lag").tool("orders.get").answer(packed),
    outcome: "fail",
    says: "from before the last change",
  },
  {
    why: "own words",
    events: old().answer("Stand gestern: verpackt."),
    outcome: "pass",
    says: "old",
    options: { admits: "Stand gestern" },
  },
])("staleNoticed, $why: $outcome", ({ events, outcome, says, options = {} }) => {
  const found = compileCheck(check.staleNoticed(options)).judge(events.run());
  expect(found).toMatchObject({ outcome, explanation: expect.stringContaining(says) });
});

test("what the edge does to a request hits the tool that is at work", () => {
  const events = log()
    .add({ type: "tool.called", effect: 0, attempt: 1, callId: "c", tool: "orders.list", arguments: {} })
    .http("GET", "http://shop.test/orders", 200, { kind: "partial", detail: { share: 0.5 } })
    .add({ type: "tool.returned", effect: 0, durationMs: 1, callId: "c", tool: "orders.list", result: two })
    .answer(claim);
  const found = compileCheck({ noClaimOnPartial: "orders.*" }).judge(events.run());
  expect(found).toMatchObject({ outcome: "fail", explanation: expect.stringContaining("http GET shop.test/orders") });
});
