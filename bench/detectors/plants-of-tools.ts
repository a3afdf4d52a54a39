import { ADMISSIONS, CLAIMS, FACTS } from "./phrases.ts";
import type { JsonObject } from "../../src/kernel/index.ts";
import type { Dice, Pen } from "./pen.ts";
import { filled, opening, order, orderId, type Plants } from "./story.ts";

const DEEDS = ["cancel_order", "issueRefund", "orders.update_address", "book_flight", "submit_return"];
const FAILURES = ["timeout after 30 s", "order is already shipped", "500 internal error", "payment provider declined"];
const SHOP = ["get_order", "cancel_order", "search_products", "get_customer"];

/** A call of one tool, over and over; what comes back is up to the caller. */
function again(
  pen: Pen,
  dice: Dice,
  { times, result }: { times: number; result: (turn: number) => JsonObject | string },
) {
  const id = orderId(dice);
  const isTurned = dice.chance(0.5);
  for (let turn = 0; turn < times; turn += 1) {
    const given = isTurned && turn % 2 === 1 ? { deep: true, id } : { id, deep: true };
    const what = result(turn);
    if (typeof what === "string") pen.call("get_status", given, null, { error: what });
    else pen.call("get_status", given, what);
  }
}

function ask(pen: Pen, dice: Dice, tool: string, offered: readonly string[] = SHOP) {
  const given = { id: orderId(dice) };
  pen.user("Please go on.").model({ offered, asks: [{ tool, arguments: given }], finishReason: "tool_calls" });
  return given;
}

const SCHEMA = {
  type: "object",
  required: ["id", "amount"],
  additionalProperties: false,
  properties: { id: { type: "string" }, amount: { type: "number" }, note: { type: "string" } },
};
const offered = [{ name: "issue_refund", inputSchema: SCHEMA }, { name: "get_order" }, { name: "get_customer" }];
const refund = (pen: Pen, given: object | string) => pen.call("issue_refund", given as never, { ok: true });

export const TOOL_PLANTS: Readonly<Record<string, Plants>> = {
  "no-progress-repeat": {
    positives: {
      "the same again and again": (pen, dice) => {
        opening(pen, dice);
        const same = order(dice);
        pen.user("Is it there?");
        again(pen, dice, { times: dice.number(3, 8), result: () => same });
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
      "two calls in turn": (pen, dice) => {
        opening(pen, dice);
        const [left, right] = [order(dice), order(dice)];
        pen.user("Is it there?");
        for (let turn = 0; turn < 4; turn += 1)
          pen.call("get_status", { a: 1 }, left).call("get_parcel", { b: 1 }, right);
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
    },
    negatives: {
      "retries after errors": (pen, dice) => {
        opening(pen, dice);
        const times = dice.number(3, 6);
        pen.user("Is it there?");
        again(pen, dice, { times, result: (turn) => (turn < times - 1 ? dice.pick(FAILURES) : order(dice)) });
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
      "a status that changes": (pen, dice) => {
        opening(pen, dice);
        pen.user("Is it there?");
        again(pen, dice, { times: dice.number(3, 6), result: (turn) => ({ progress: turn * 20 }) });
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
      "page after page": (pen, dice) => {
        opening(pen, dice);
        pen.user("All of them?");
        for (let page = 1; page < dice.number(4, 7); page += 1) pen.call("list_orders", { page }, { rows: ["same"] });
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
      "an error in between": (pen, dice) => {
        opening(pen, dice);
        const same = order(dice);
        pen.user("Is it there?");
        again(pen, dice, { times: 4, result: (turn) => (turn === 2 ? "timeout" : same) });
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
    },
  },
  "success-after-failure": {
    positives: {
      "claims what failed": (pen, dice) => {
        opening(pen, dice);
        pen.user("Please do it.").call(dice.pick(DEEDS), { id: orderId(dice) }, null, { error: dice.pick(FAILURES) });
        if (dice.chance(0.3)) pen.call("get_order", { id: orderId(dice) }, order(dice));
        pen.answer(dice.pick(CLAIMS)).user("Thanks!").end();
      },
      "the result says that it failed": (pen, dice) => {
        opening(pen, dice);
        const told = dice.pick(["Error: not possible", { error: "locked" }, { success: false }, '{"ok": false}']);
        pen.user("Please do it.").call(dice.pick(DEEDS), { id: orderId(dice) }, told as never);
        pen.answer(dice.pick(CLAIMS)).user("Thanks!").end();
      },
    },
    negatives: {
      "says that it failed": (pen, dice) => {
        opening(pen, dice);
        pen.user("Please do it.").call(dice.pick(DEEDS), { id: orderId(dice) }, null, { error: dice.pick(FAILURES) });
        pen.answer(dice.pick(ADMISSIONS)).user("Okay, thanks.").end();
      },
      "worked at the second try": (pen, dice) => {
        opening(pen, dice);
        const deed = dice.pick(DEEDS);
        pen.user("Please do it.").call(deed, { id: orderId(dice) }, null, { error: dice.pick(FAILURES) });
        pen
          .call(deed, { id: orderId(dice) }, { done: true })
          .answer(dice.pick(CLAIMS))
          .user("Thanks!")
          .end();
      },
      "only a look failed": (pen, dice) => {
        opening(pen, dice);
        pen.user("Please do it.").call("get_customer", { id: 1 }, null, { error: dice.pick(FAILURES) });
        pen
          .call(dice.pick(DEEDS), { id: orderId(dice) }, { done: true })
          .answer(dice.pick(CLAIMS))
          .user("Thanks!")
          .end();
      },
      "a fact of the past": (pen, dice) => {
        opening(pen, dice);
        pen.user("Please do it.").call(dice.pick(DEEDS), { id: orderId(dice) }, null, { error: dice.pick(FAILURES) });
        pen.answer(
          "The order was placed on Monday, and the parcel has been returned once already. Shall I try another way?",
        );
        pen.user("No, thank you.").end();
      },
    },
  },
  "unknown-tool": {
    positives: {
      "a name nearly right": (pen, dice) => {
        opening(pen, dice);
        const given = ask(pen, dice, "cancel_orders");
        pen.call("cancel_orders", given, null, { error: dice.pick(FAILURES) });
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
      "asked for and never called": (pen, dice) => {
        opening(pen, dice);
        ask(pen, dice, dice.pick(["launch_rocket", "send_sms", "getOrderDetails"]));
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
      "the tools say so": (pen, dice) => {
        opening(pen, dice);
        const tool = dice.pick(["refnd", "mail_it"]);
        const words = [
          `Tool ${tool} not found.`,
          `Unknown tool: ${tool}`,
          `${tool} is not a valid tool, try one of: get_order`,
        ];
        const error = dice.pick([...words, `I do not know how to ${tool}`, `KeyError: '${tool}'`]);
        pen.user("Please go on.").call(tool, { id: orderId(dice) }, null, { error });
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
    },
    negatives: {
      "something else is unknown": (pen, dice) => {
        opening(pen, dice);
        const error = dice.pick([
          "Error: order not found",
          "customer does not exist",
          "unknown currency",
          "no such file",
        ]);
        pen.user("Please go on.").call("get_order", { id: orderId(dice) }, null, { error });
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
      "known under a longer name": (pen, dice) => {
        opening(pen, dice);
        const given = ask(pen, dice, "cancel_order", ["shop__cancel_order", "shop__get_order", "shop__get_customer"]);
        pen.call("cancel_order", given, { done: true }).answer(dice.pick(CLAIMS)).end();
      },
    },
  },
  "malformed-arguments": {
    positives: {
      "JSON that was cut": (pen, dice) => {
        opening(pen, dice);
        const text = JSON.stringify({ id: orderId(dice), amount: 5, note: "broken lamp" });
        refund(pen.user("Please go on."), text.slice(0, dice.number(8, text.length - 1)));
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
      "against the schema": (pen, dice) => {
        opening(pen.start([], undefined, offered), dice);
        const id = orderId(dice);
        refund(
          pen.user("Please go on."),
          dice.pick([{ id }, { id: 7, amount: 5 }, { id, amount: "5" }, { id, amount: 5, by: 1 }]),
        );
        pen.answer(dice.pick(CLAIMS)).end();
      },
      "the tool refuses": (pen, dice) => {
        opening(pen, dice);
        const errors = [
          "missing 1 required positional argument: 'id'",
          "Invalid arguments for tool refund",
          "1 validation error",
        ];
        const unusual = ["Expected string, received number", "cannot unmarshal number into Go value of type string"];
        pen.user("Please go on.").call("issue_refund", { ID: 7 }, null, { error: dice.pick([...errors, ...unusual]) });
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
    },
    negatives: {
      "fits the schema": (pen, dice) => {
        opening(pen.start([], undefined, offered), dice);
        refund(pen.user("Please go on."), { id: orderId(dice), amount: dice.number(1, 90) });
        pen.answer(dice.pick(CLAIMS)).end();
      },
      "a tool that takes text": (pen, dice) => {
        opening(pen, dice);
        pen
          .user("Please go on.")
          .call("ask_expert", dice.pick(["lamp: which bulb?", "{curly} words", "[1] and [2]"]), "ten watts");
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
      "refused for what it asks": (pen, dice) => {
        opening(pen, dice);
        const error = dice.pick([
          "Invalid order status: delivered",
          "Payment amount does not add up",
          "wrong password",
          "date is in the past",
        ]);
        pen.user("Please go on.").call("issue_refund", { id: orderId(dice) }, null, { error });
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
    },
  },
  "agent-loop": {
    positives: {
      "to and fro": (pen, dice) => {
        opening(pen.start(), dice);
        pen.user("I have a question about my bill.");
        for (let turn = dice.number(3, 5); turn > 0; turn -= 1) {
          pen.call("transfer_to_billing", {}, "ok").call("transfer_to_support", {}, "ok");
        }
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
      "three in a ring": (pen, dice) => {
        opening(pen, dice);
        pen.user("I have a question about my bill.");
        for (let turn = dice.number(3, 4); turn > 0; turn -= 1) {
          for (const agent of ["sales", "billing", "tech"]) pen.call("handoff", { agent, note: `round ${turn}` }, "ok");
        }
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
      "with a look in between": (pen, dice) => {
        opening(pen, dice);
        pen.user("I have a question about my bill.");
        for (let turn = 0; turn < 4; turn += 1) {
          pen
            .call("transfer_to_billing", { turn }, "ok")
            .call("get_order", { turn }, order(dice))
            .call("transfer_to_support", { turn }, "ok");
        }
        pen.answer(dice.pick(ADMISSIONS)).end();
      },
    },
    negatives: {
      "a lead that gives out work": (pen, dice) => {
        opening(pen, dice);
        pen.user("Compare the lamps.");
        for (let turn = 0; turn < dice.number(3, 6); turn += 1) {
          pen.call("transfer_to_researcher", { turn }, "ok").call("search_products", { q: turn }, [{ sku: turn }]);
          pen.call("transfer_to_lead", { turn }, "ok");
        }
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
      "there and back": (pen, dice) => {
        opening(pen, dice);
        pen
          .user("I have a question about my bill.")
          .call("transfer_to_billing", {}, "ok")
          .call("transfer_to_support", {}, "ok");
        pen.answer(filled(dice.pick(FACTS), dice)).end();
      },
    },
  },
};
