// One story per detector, with its pattern (positive) or with something that looks like it (negative).
import { ADMISSIONS, CLAIMS, FACTS } from "./phrases.ts";
import { ANSWER_PLANTS } from "./plants-of-answers.ts";
import { SAFETY_PLANTS } from "./plants-of-safety.ts";
import { USER_PLANTS } from "./plants-of-users.ts";
import { TOOL_PLANTS } from "./plants-of-tools.ts";
import { filled, opening, order, orderId, type Plant, type Plants } from "./story.ts";

export const PLANTS: Readonly<Record<string, Plants>> = {
  ...TOOL_PLANTS,
  ...SAFETY_PLANTS,
  ...ANSWER_PLANTS,
  ...USER_PLANTS,
};

/** Ordinary logs, with failures that are told and work that is done. */
export const ORDINARY: Readonly<Record<string, Plant>> = {
  "asks and is told": (pen, dice) => {
    opening(pen, dice);
    for (let turn = dice.number(0, 3); turn > 0; turn -= 1) {
      pen.user("And the other one?").call("get_order", { id: orderId(dice) }, order(dice));
      pen.answer(filled(dice.pick(FACTS), dice));
    }
    pen.user("Thank you!").end();
  },
  "has something done": (pen, dice) => {
    opening(pen, dice);
    pen.user("Please cancel it.").call("cancel_order", { id: orderId(dice) }, { status: "cancelled" });
    pen.answer(dice.pick(CLAIMS)).user("Thanks, bye.").end();
  },
  "something fails and is told": (pen, dice) => {
    opening(pen, dice);
    pen.user("Please send it back.").call("create_return", { id: orderId(dice) }, null, { error: "timeout" });
    pen.answer(dice.pick(ADMISSIONS)).user("Okay, thanks.").end();
  },
};
