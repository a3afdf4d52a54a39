import { expect, test } from "vitest";
import { log } from "../../check/log-builder.test-kit.ts";
import type { RunEvent } from "../../domain/index.ts";
import { found } from "./detector.test-kit.ts";
import type { DetectedRun } from "./scene.ts";

interface Row {
  readonly what: string;
  readonly events: readonly RunEvent[];
  readonly rules?: DetectedRun["rules"];
  readonly finds: readonly string[];
}

const SURE = "The warranty of the lamp runs for 24 months from the day of purchase.";
const looked = (result: RunEvent<"tool.returned">["result"]) =>
  log()
    .user("How long is the warranty?")
    .tool("search_docs", { q: "warranty" }, result ?? null);
const emptyRows: Row[] = [
  { what: "an empty list", events: looked([]).answer(SURE).events(), finds: ["medium 1,2,3"] },
  { what: "an empty list as text", events: looked("[]").answer(SURE).events(), finds: ["medium 1,2,3"] },
  {
    what: "an empty list inside",
    events: looked({ results: [], took: 3 }).answer(SURE).events(),
    finds: ["medium 1,2,3"],
  },
  { what: "a count of nothing", events: looked({ total: 0 }).answer(SURE).events(), finds: ["medium 1,2,3"] },
  {
    what: "a word that it was not found",
    events: looked({ found: false }).answer(SURE).events(),
    finds: ["medium 1,2,3"],
  },
  {
    what: "words for nothing",
    events: looked("No matching documents found.").answer(SURE).events(),
    finds: ["medium 1,2,3"],
  },
  { what: "something was found", events: looked(["24 months"]).answer(SURE).events(), finds: [] },
  {
    what: "the answer says so",
    events: looked([]).answer("I found nothing about the warranty of that lamp.").events(),
    finds: [],
  },
  {
    what: "the answer hedges",
    events: looked([]).answer("Lamps usually have a warranty of about 24 months in all.").events(),
    finds: [],
  },
  {
    what: "another tool told",
    events: looked([]).tool("get_product", {}, { warranty: 24 }).answer(SURE).events(),
    finds: [],
  },
  {
    what: "the second search told",
    events: looked([]).tool("search_docs", { q: "lamp" }, ["24"]).answer(SURE).events(),
    finds: [],
  },
  { what: "the search failed", events: looked([]).events().slice(0, 1), finds: [] },
  {
    what: "asked of another matter afterwards",
    events: looked([]).user("Never mind. Who are you?").answer(SURE).events(),
    finds: [],
  },
  { what: "no search at all", events: log().user("?").tool("get_cart", {}, []).answer(SURE).events(), finds: [] },
  {
    what: "declared as retrieval",
    events: log()
      .tool("kb", {}, [], { declaration: { purpose: "retrieval" } })
      .answer(SURE)
      .events(),
    finds: ["medium 0,1,2"],
  },
];
const documents = (first: object, second: object) =>
  log()
    .user("?")
    .tool("search_docs", { q: 1 }, [first] as never)
    .tool("search_docs", { q: 2 }, [second] as never);
const conflictRows: Row[] = [
  {
    what: "two values for one document",
    events: documents({ id: "w", months: 24 }, { id: "w", months: 12 }).answer("It runs for 24 months.").events(),
    finds: ["medium 1,2,3,4,5"],
  },
  {
    what: "both named",
    events: documents({ id: "w", months: 24 }, { id: "w", months: 12 })
      .answer("It says 24 months, then 12 months.")
      .events(),
    finds: [],
  },
  {
    what: "two documents",
    events: documents({ id: "w", months: 24 }, { id: "x", months: 12 }).answer("It runs for 24 months.").events(),
    finds: [],
  },
  {
    what: "it hedges with another apostrophe",
    events: documents({ id: "w", months: 12 }, { id: "w", months: 24 })
      .answer("It isn\u2019t sure that your lamp has a warranty of 24 months.")
      .events(),
    finds: [],
  },
  {
    what: "another rank is no contradiction",
    events: documents({ id: "w", score: 24 }, { id: "w", score: 12 }).answer("It runs for 24 months.").events(),
    finds: [],
  },
  {
    what: "changed in between by the agent",
    events: log()
      .tool("search_docs", {}, [{ id: "w", months: 12 }])
      .tool("update_docs_entry_now", {}, "ok", { declaration: { risk: "write" } })
      .tool("search_docs", {}, [{ id: "w", months: 24 }])
      .answer("It runs for 24 months.")
      .events(),
    finds: [],
  },
];
test.each([...emptyRows, ...conflictRows])("unsupported-answer: $what", ({ events, finds }) => {
  expect(found("unsupported-answer", events)).toEqual(finds);
});

// The first event of these logs is of 2026-09-21.
const DAY_MS = 86_400_000;
const NOW_MS = 1_790_000_000_000;
const source = (id: string, daysOld: number) => ({ sources: [{ id, updatedAtMs: NOW_MS - daysOld * DAY_MS }] });
const staleRows: Row[] = [
  {
    what: "over a year old",
    events: log().tool("kb", {}, "x", source("a", 366)).answer("x").events(),
    finds: ["low 1"],
  },
  { what: "under a year old", events: log().tool("kb", {}, "x", source("a", 364)).answer("x").events(), finds: [] },
  {
    what: "older than the rules allow",
    events: log().tool("kb", {}, "x", source("a", 31)).answer("x").events(),
    rules: { sourceDaysMax: 30 },
    finds: ["medium 1"],
  },
  {
    what: "no answer rests on it",
    events: log().answer("x").tool("kb", {}, "x", source("a", 366)).events(),
    finds: [],
  },
  {
    what: "read again in the same version",
    events: log().tool("kb", {}, "x", source("a", 9)).tool("kb", {}, "x", source("a", 9)).answer("x").events(),
    finds: [],
  },
  {
    what: "two versions in one reading",
    events: log()
      .tool("kb", {}, "x", { sources: [...source("a", 1).sources, ...source("a", 9).sources] })
      .answer("x")
      .events(),
    finds: [],
  },
  {
    what: "old by the clock that the agent read",
    events: log()
      .add({ type: "clock.read", effect: 70, valueMs: NOW_MS + 400 * DAY_MS })
      .tool("kb", {}, "x", source("a", 1))
      .answer("x")
      .events(),
    finds: ["low 2"],
  },
  {
    what: "read again in a newer version",
    events: log().tool("kb", {}, "x", source("a", 366)).tool("kb", {}, "x", source("a", 1)).answer("x").events(),
    finds: [],
  },
  {
    what: "read again in an older version",
    events: log().tool("kb", {}, "x", source("a", 1)).tool("kb", {}, "x", source("a", 9)).answer("x").events(),
    finds: ["medium 1,3"],
  },
  {
    what: "a text of long ago",
    events: log().tool("search_docs", {}, "Last updated: 2024-05-01").answer("x").events(),
    finds: ["low 1"],
  },
  {
    what: "a text of late",
    events: log().tool("search_docs", {}, "Last updated: 2026-05-01").answer("x").events(),
    finds: [],
  },
  {
    what: "a text that has run out",
    events: log().tool("search_docs", {}, { text: "x", valid_until: "2026-09-01" }).answer("x").events(),
    finds: ["medium 1"],
  },
  {
    what: "a text that holds still",
    events: log().tool("search_docs", {}, { valid_until: "2026-12-31" }).answer("x").events(),
    finds: [],
  },
  {
    what: "a record of the business",
    events: log().tool("get_coupon", {}, { expires: "2026-09-01" }).answer("x").events(),
    finds: [],
  },
];
test.each(staleRows)("stale-source: $what", ({ events, rules, finds }) => {
  expect(found("stale-source", events, rules && { rules })).toEqual(finds);
});

const ended = (finishReason: string, content: string) =>
  log().add({
    type: "model.returned",
    effect: 0,
    durationMs: 1,
    costMicroUsd: null,
    finishReason,
    message: { role: "assistant", content },
  });
const LONG = "Thank you for waiting. I looked at your order and found that it was sent on Monday. It should arrive";
const truncatedRows: Row[] = [
  { what: "the limit of tokens", events: ended("length", LONG).answer(LONG).events(), finds: ["medium 0,1"] },
  { what: "another provider's word", events: ended("MAX_TOKENS", LONG).answer(LONG).events(), finds: ["medium 0,1"] },
  { what: "no message was recorded", events: ended("max_tokens", LONG).events(), finds: ["medium 0"] },
  {
    what: "the model was asked once more",
    events: [...ended("length", LONG).model().answer("Done.").events()],
    finds: [],
  },
  { what: "it stopped by itself", events: ended("stop", "Done.").answer("Done.").events(), finds: [] },
  { what: "breaks off", events: log().answer(LONG).events(), finds: ["low 0"] },
  { what: "has an end", events: log().answer(`${LONG} today.`).events(), finds: [] },
  { what: "is short", events: log().answer("See you").events(), finds: [] },
  { what: "ends with a list", events: log().answer(`${LONG} today:\n- a blue lamp\n- a red lamp`).events(), finds: [] },
  {
    what: "ends with an address",
    events: log().answer(`${LONG} today. See https://shop.example/orders`).events(),
    finds: [],
  },
  {
    what: "code that is not closed",
    events: log().answer(`${LONG} today.\n\`\`\`ts\nconst a = 1;`).events(),
    finds: ["low 0"],
  },
  { what: "ends with an open word", events: log().answer(`${LONG} today\nwith the`).events(), finds: ["low 0"] },
];
test.each(truncatedRows)("truncated-answer: $what", ({ events, finds }) => {
  expect(found("truncated-answer", events)).toEqual(finds);
});

const refusalRows: Row[] = [
  { what: "refuses", events: log().answer("I'm sorry, but I can't help with that.").events(), finds: ["low 0"] },
  {
    what: "with a curly apostrophe",
    events: log().answer("I can\u2019t assist with this request.").events(),
    finds: ["low 0"],
  },
  {
    what: "as a model",
    events: log().answer("As an AI language model, I cannot give advice on that.").events(),
    finds: ["low 0"],
  },
  { what: "a filter", events: ended("content_filter", "").events(), finds: ["low 0"] },
  {
    what: "a no of the business",
    events: log().answer("This order cannot be cancelled. I can't change it.").events(),
    finds: [],
  },
  {
    what: "a no about one thing",
    events: log().answer("I am unable to assist with changing this flight.").events(),
    finds: [],
  },
  { what: "offers help", events: log().answer("Can I help with anything else?").events(), finds: [] },
];
test.each(refusalRows)("refusal: $what", ({ events, finds }) => {
  expect(found("refusal", events)).toEqual(finds);
});
