import { agentHistoryOf } from "../../src/trace/detectors/index.ts";
import * as phrases from "./phrases.ts";
import type { Dice, Known, Pen } from "./pen.ts";
import { filled, opening, orderId, type Plants } from "./story.ts";

const HISTORY_RUNS = 40;
/** Of a usual run: spread about a middle as costs and times are. */
const SPREAD = 0.35;

interface Taken {
  readonly cost?: number;
  readonly time?: number;
  readonly steps?: number;
  readonly context?: number;
}

/** A run that takes so many times what is usual, after forty usual ones. */
function taking(pen: Pen, dice: Dice, { cost = 1, time = 1, steps = 1, context = 1 }: Taken): Known {
  opening(pen, dice);
  const usual = () => dice.lognormal(SPREAD);
  const stepCount = Math.max(1, Math.round(10 * steps));
  for (let step = 0; step < stepCount; step += 1) {
    pen.call("get_order", { id: `W${step}` }, { total: step });
    if (step > 0) continue;
    pen.model({
      costMicroUsd: Math.round(20_000 * cost * usual()),
      inputTokens: Math.round(4_000 * context * usual()),
    });
  }
  pen.answer(filled(dice.pick(phrases.FACTS), dice)).end(Math.round(20_000 * time * usual()));
  const history = agentHistoryOf(
    Array.from({ length: HISTORY_RUNS }, () => ({
      costMicroUsd: 20_000 * usual(),
      durationMs: 20_000 * usual(),
      stepCount: Math.round(13 * usual()),
      contextTokens: 4_000 * usual(),
    })),
  );
  return { history };
}

function spikes(which: keyof Taken): Plants {
  return {
    positives: { "many times as much": (pen, dice) => taking(pen, dice, { [which]: dice.number(4, 30) }) },
    negatives: {
      "about as much": (pen, dice) => taking(pen, dice, {}),
      "half as much again": (pen, dice) => taking(pen, dice, { [which]: 1.5 }),
    },
  };
}

const feedback = (kind: "outcome" | "rating", score: number, name: string) =>
  [{ id: "f", runId: "r", atMs: 1, kind, name, score, by: "desk" }] as unknown as NonNullable<Known["feedback"]>;

export const USER_PLANTS: Readonly<Record<string, Plants>> = {
  abandoned: {
    positives: {
      "gets no answer": (pen, dice) => {
        opening(pen, dice);
        pen.user(dice.pick(phrases.OPEN_QUESTIONS));
        if (dice.chance(0.5)) pen.call("get_order", { id: orderId(dice) }, null, { error: "timeout" });
        pen.end();
      },
      "leaves after it failed twice": (pen, dice) => {
        opening(pen, dice);
        const [first, second] = dice.some(phrases.ADMISSIONS, 2);
        pen
          .user("Please cancel it.")
          .answer(first ?? "")
          .user("Try once more, please.")
          .answer(second ?? "")
          .end();
      },
    },
    negatives: {
      "says goodbye": (pen, dice) => {
        opening(pen, dice);
        pen.user(dice.pick(phrases.GOODBYES)).end();
      },
      "is handed over": (pen, dice) => {
        opening(pen, dice);
        pen.user(dice.pick(phrases.OPEN_QUESTIONS)).call("transfer_to_human_agents", {}, "ok").end();
      },
    },
  },
  reopened: {
    positives: {
      "the ticket came back": (pen, dice) => {
        opening(pen, dice);
        pen.end();
        return { feedback: feedback("outcome", 0, dice.pick(["ticket.reopened", "refund.reversed", "order.wrong"])) };
      },
      "asks the same the next day": (pen, dice) => {
        const id = orderId(dice);
        pen
          .start()
          .user(`Please change the address of order ${id} to Main Street 5 in Bonn.`)
          .answer("Your address has been changed.")
          .end();
        const close = [
          `change the address of order ${id} to Main Street 5, Bonn!`,
          `Hi, please change the address of order ${id} to Main Street 5 in Bonn`,
        ];
        return { laterRequests: [dice.pick([...close, `${id} still goes to my old flat. I moved to Main Street!`])] };
      },
    },
    negatives: {
      "went well": (pen, dice) => {
        opening(pen, dice);
        pen.end();
        return { feedback: feedback("outcome", 1, "ticket.closed") };
      },
      "asks for something else": (pen, dice) => {
        opening(pen, dice);
        pen.end();
        return {
          laterRequests: [`Please send order ${orderId(dice)} to my office this time, the one in the old town.`],
        };
      },
    },
  },
  "user-frustration": {
    positives: {
      "is annoyed more than once": (pen, dice) => {
        opening(pen, dice);
        for (const said of dice.some(phrases.ANNOYED, dice.number(2, 3))) pen.user(said).answer("One moment, please.");
        pen.end();
      },
      "says the same again and again": (pen, dice) => {
        const id = orderId(dice);
        pen.start();
        for (const polite of ["", "Please ", "Again: "])
          pen.user(`${polite}change the address of order ${id} to Main Street 5`).answer("Which order is it?");
        pen.end();
      },
    },
    negatives: {
      "is calm": (pen, dice) => {
        opening(pen, dice);
        for (const said of dice.some(phrases.CALM, dice.number(2, 4))) pen.user(said).answer("Of course.");
        pen.end();
      },
      "is annoyed once": (pen, dice) => {
        opening(pen, dice);
        pen.user("That is a bit annoying.").answer("I see. It leaves today.").user("Oh, good. Thank you!").end();
      },
    },
  },
  "cost-spike": spikes("cost"),
  "latency-spike": spikes("time"),
  "step-spike": spikes("steps"),
  "context-spike": spikes("context"),
};
