import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const exchange = (items: readonly string[], others: readonly string[]) => ({
  tool: "exchange_items",
  arguments: { order_id: "W1", item_ids: [...items], new_item_ids: [...others] },
});
const cancel = { tool: "cancel_order", arguments: { order_id: "W2" } };

const cancelled = log().tool("get_order", { order_id: "W2" }).tool("cancel_order", { order_id: "W2" }, "done");
const exchanged = log().tool("exchange_items", exchange(["a", "b"], ["c", "d"]).arguments, "done");
const setTwice = log()
  .tool("modify_order_payment", { order_id: "W1", payment_id: "p1" }, "done")
  .tool("modify_order_payment", { order_id: "W1", payment_id: "p2" }, "done");
const setPayment = (id: string) => ({ tool: "modify_order_payment", arguments: { order_id: "W1", payment_id: id } });
const asText = log().tool(
  "exchange_items",
  { order_id: "W1", item_ids: "['a', 'b']", new_item_ids: '["c", "d"]' },
  "done",
);

test.each([
  { why: "the call, and a look-up that changes nothing", run: cancelled, calls: [cancel], outcome: "pass" },
  { why: "a call that was not wanted", run: cancelled, calls: [], outcome: "fail" },
  { why: "a call that is missing", run: exchanged, calls: [cancel, exchange(["a", "b"], ["c", "d"])], outcome: "fail" },
  {
    why: "the same call on another thing",
    run: cancelled,
    calls: [{ ...cancel, arguments: { order_id: "W3" } }],
    outcome: "fail",
  },
  { why: "the same call twice", run: cancelled, calls: [cancel, cancel], outcome: "fail" },
  {
    why: "entries in another order, line by line",
    run: exchanged,
    calls: [exchange(["b", "a"], ["d", "c"])],
    outcome: "pass",
  },
  { why: "entries that belong to others", run: exchanged, calls: [exchange(["a", "b"], ["d", "c"])], outcome: "fail" },
  { why: "lists handed over as text", run: asText, calls: [exchange(["b", "a"], ["d", "c"])], outcome: "pass" },
  { why: "what a later call did over", run: setTwice, calls: [setPayment("p2")], outcome: "pass" },
  {
    why: "the same set on two things, of which the name says one",
    run: log()
      .tool("update_order", { order_id: "W1", item_id: "i1" }, "done")
      .tool("update_order", { order_id: "W1", item_id: "i2" }, "done"),
    calls: [{ tool: "update_order", arguments: { order_id: "W1", item_id: "i2" } }],
    outcome: "fail",
  },
  { why: "only the first of two that set the same", run: setTwice, calls: [setPayment("p1")], outcome: "fail" },
])("$why: $outcome", ({ run, calls, outcome }) => {
  expect(compileCheck(check.onlyTheseWrites(calls)).judge(run.run())).toMatchObject({ outcome });
});

test("every write counts where that is asked for", () => {
  const strict = check.onlyTheseWrites([setPayment("p2")], { everyWrite: true });
  expect(compileCheck(strict).judge(setTwice.run())).toMatchObject({ outcome: "fail" });
});

test("a call that failed changed nothing, and what is declared goes before what the name says", () => {
  const failed = log().tool("cancel_order", { order_id: "W2" }, "Error: no such order");
  expect(compileCheck(check.onlyTheseWrites([])).judge(failed.run())).toMatchObject({ outcome: "pass" });
  const declared = check.onlyTheseWrites([], { reads: ["cancel_*"] });
  expect(compileCheck(declared).judge(cancelled.run())).toMatchObject({ outcome: "pass" });
  const looking = check.onlyTheseWrites([], { writes: ["get_order"], reads: ["cancel_*"] });
  expect(compileCheck(looking).judge(cancelled.run())).toMatchObject({ outcome: "fail" });
});

test.each([
  ["get_order", true],
  ["orders.get", true],
  ["billing/findInvoice", true],
  ["orderLookup", true],
  ["think", true],
  ["transfer_to_human_agents", true],
  ["transfer_money", false],
  ["check_out_cart", false],
  ["refund.issue", false],
  ["update_list", false],
  ["web_search", false],
  ["grep_files", false],
  ["search.run", false],
  ["escalate", false],
  ["transfer_to_billing_agent", true],
])("%s changes nothing by its name: %s", (tool, isRead) => {
  const run = log().tool(tool, {}, "done").run();
  expect(compileCheck(check.onlyTheseWrites([])).judge(run)).toMatchObject({ outcome: isRead ? "pass" : "fail" });
});

test("it says what is missing and what was done besides", () => {
  const verdict = compileCheck(check.onlyTheseWrites([cancel])).judge(exchanged.run());
  expect(verdict).toMatchObject({ score: 0, evidence: [0, 1] });
  expect((verdict as { explanation: string }).explanation).toMatchInlineSnapshot(
    `"It never successfully called cancel_order {"order_id":"W2"}, and changed something else by exchange_items {"item_ids":["a","b"],"new_item_ids":["c","d"],"order_id":"W1"}."`,
  );
});

test.each([
  { said: "You saved $23,553 in total.", value: "23553", outcome: "pass" },
  { said: "You saved 23,553.00.", value: 23553, outcome: "pass" },
  { said: "Your order W23553 is on its way.", value: "23553", outcome: "fail" },
  { said: "That is 123553.", value: "23553", outcome: "fail" },
  { said: "There are 10 of them.", value: "10", outcome: "pass" },
  { said: "Ship to  Maple Drive", value: "maple drive", outcome: "pass" },
])("tells $value by $said: $outcome", ({ said, value, outcome }) => {
  const run = log().answer(said).answer("Goodbye.").run();
  expect(compileCheck(check.tells([value])).judge(run)).toMatchObject({ outcome });
});
