import * as phrases from "./phrases.ts";
import type { Dice, Pen } from "./pen.ts";
import { filled, opening, type Plants } from "./story.ts";

const DAY_MS = 86_400_000;
const NOTHING = [
  [],
  "[]",
  "",
  null,
  { results: [] },
  { hits: [], took: 4 },
  "No results found.",
  "Nothing matched.",
  { status: "ok", found: false },
];

function search(pen: Pen, result: unknown) {
  return pen.user("How is that with the warranty?").call("search_knowledge_base", { q: "warranty" }, result as never);
}

function source(pen: Pen, dice: Dice, days: number) {
  opening(pen, dice);
  const updatedAtMs = (pen.events.at(-1)?.atMs ?? 0) - days * DAY_MS;
  pen
    .user("What do the terms say?")
    .call("read_terms", {}, "Returns within 30 days.", { sources: [{ id: "terms", updatedAtMs }] });
  pen.answer("You can return it within 30 days.").end();
}

function dated(pen: Pen, dice: Dice, text: string) {
  opening(pen, dice);
  pen
    .user("What do the terms say?")
    .call("search_docs", { q: "terms" }, text)
    .answer("You can return it within 30 days.")
    .end();
}

export const ANSWER_PLANTS: Readonly<Record<string, Plants>> = {
  "unsupported-answer": {
    positives: {
      "found nothing, is sure": (pen, dice) => {
        opening(pen, dice);
        search(pen, dice.pick(NOTHING)).answer(dice.pick(phrases.SURE_ANSWERS)).user("Thanks!").end();
      },
      "found two values, tells one": (pen, dice) => {
        opening(pen, dice);
        const [left, right] = dice.some([6, 12, 24, 36], 2);
        search(pen, [
          { id: "terms", months: left },
          { id: "terms", months: right },
        ])
          .answer(`The warranty runs for ${left} months.`)
          .user("Thanks!")
          .end();
      },
    },
    negatives: {
      "found nothing, says so": (pen, dice) => {
        opening(pen, dice);
        search(pen, dice.pick(NOTHING)).answer(dice.pick(phrases.HONEST_ANSWERS)).user("Okay, thanks.").end();
      },
      "found it": (pen, dice) => {
        opening(pen, dice);
        search(pen, [{ id: "terms", text: "24 months, 45 days" }])
          .answer(dice.pick(phrases.SURE_ANSWERS))
          .user("Thanks!")
          .end();
      },
      "found it at the second look": (pen, dice) => {
        opening(pen, dice);
        search(pen, []).call("search_knowledge_base", { q: "lamp" }, ["24 months"]);
        pen.answer(dice.pick(phrases.SURE_ANSWERS)).user("Thanks!").end();
      },
      "an empty cart is no search": (pen, dice) => {
        opening(pen, dice);
        pen
          .user("What is in my cart?")
          .call("get_cart", {}, [])
          .answer("Your cart is empty, so there is nothing to pay.")
          .end();
      },
    },
  },
  "stale-source": {
    positives: {
      "too old": (pen, dice) => source(pen, dice, dice.number(366, 2_000)),
      "has run out": (pen, dice) =>
        dated(pen, dice, `Returns within 30 days. Valid until 2026-0${dice.number(1, 5)}-01.`),
      "says an old date": (pen, dice) => {
        const date = `${dice.number(2021, 2024)}-03-0${dice.number(1, 9)}`;
        dated(
          pen,
          dice,
          dice.pick([
            `Last updated: ${date}. 30 days.`,
            `{"updated_at": "${date}", "days": 30}`,
            `Version of ${date}: 30 days.`,
          ]),
        );
      },
    },
    negatives: {
      fresh: (pen, dice) => source(pen, dice, dice.number(0, 300)),
      "holds still": (pen, dice) =>
        dated(pen, dice, `Returns within 30 days. Valid until 2027-0${dice.number(1, 9)}-01.`),
      "dates of other things": (pen, dice) =>
        dated(pen, dice, `Founded 1998-01-01. Order of 2023-02-0${dice.number(1, 9)}: 30 days.`),
    },
  },
  "truncated-answer": {
    positives: {
      "the limit was met": (pen, dice) => {
        opening(pen, dice);
        const content = dice.pick(phrases.WHOLE_ANSWERS);
        pen
          .user("Tell me more.")
          .model({ content, finishReason: dice.pick(["length", "max_tokens", "MAX_TOKENS"]) })
          .answer(content)
          .end();
      },
      "cut anywhere": (pen, dice) => {
        opening(pen, dice);
        const content = dice.pick(phrases.WHOLE_ANSWERS);
        pen
          .user("Tell me more.")
          .answer(content.slice(0, dice.number(60, content.length - 2)))
          .end();
      },
    },
    negatives: {
      "has its end": (pen, dice) => {
        opening(pen, dice);
        const content = dice.pick(phrases.WHOLE_ANSWERS);
        pen.user("Tell me more.").model({ content, finishReason: "stop" }).answer(content).end();
      },
      "ends another way": (pen, dice) => {
        opening(pen, dice);
        pen.user("Tell me more.").answer(dice.pick(phrases.UNUSUAL_ENDS)).end();
      },
    },
  },
  refusal: {
    positives: {
      "does not want to": (pen, dice) => {
        opening(pen, dice);
        pen.user("Write me something nasty.").answer(dice.pick(phrases.REFUSALS)).end();
      },
      "was stopped": (pen, dice) => {
        opening(pen, dice);
        pen
          .user("Write me something nasty.")
          .model({ finishReason: dice.pick(["content_filter", "SAFETY", "refusal"]) })
          .answer("...")
          .end();
      },
    },
    negatives: {
      "cannot, by the rules of the shop": (pen, dice) => {
        opening(pen, dice);
        pen.user("Can you do it?").answer(dice.pick(phrases.BUSINESS_NOS)).end();
      },
      "does it": (pen, dice) => {
        opening(pen, dice);
        pen
          .user("Can you help?")
          .answer(`Of course I can help with that. ${filled(dice.pick(phrases.FACTS), dice)}`)
          .end();
      },
    },
  },
};
