import { z } from "zod";
import { diffState, type StateChange } from "../domain/index.ts";
import { equalJson, type Json, pathKeys, valueAtPath } from "../kernel/index.ts";
import { type FinishedRun } from "./check.ts";
import {
  compare,
  COMPARISON_WORDS,
  comparisonShape,
  explainComparison,
  pickComparison,
} from "./conditions/comparison.ts";
import { defineCheck, fail, pass, undecided } from "./define-check.ts";
import { showList, showValue } from "./show-value.ts";
import { stateSql } from "./state-sql.ts";

type Predicate = (value: Json | undefined, state: { readonly before: Json; readonly after: Json }) => boolean;

const state = defineCheck({
  name: "state",
  summary: "Leaves the world in the right state: one place of it, at the end of the run.",
  options: z
    .strictObject({
      path: z.string().describe("e.g. orders.W1234.refunds; empty for the whole state"),
      ...comparisonShape,
      unchanged: z.literal(true).optional().describe("the very value it was before the run"),
      where: z
        .custom<Predicate>((given) => typeof given === "function", { error: "expected a function" })
        .meta({ title: "function of the value, TypeScript only" })
        .optional(),
    })
    .refine(
      (given) =>
        [...COMPARISON_WORDS, "unchanged" as const, "where" as const].some((word) => given[word] !== undefined),
      { message: `expected one of ${COMPARISON_WORDS.join(", ")} or unchanged beside path` },
    ),
  example: { path: "orders.W1234.refunds", equals: [] },
  compile: ({ path, unchanged, where, ...rest }) => {
    const comparison = pickComparison(rest);
    const demands = [
      explainComparison(comparison),
      unchanged ? "is what it was before" : "",
      where ? `satisfies ${where.name || "a function"}` : "",
    ].filter((words) => words !== "");
    const demand = `${path === "" ? "The state" : path} ${showList(demands)}`;
    return {
      label: demand,
      explain: `At the end of the run: ${demand}.`,
      judge(run) {
        if (!run.state) return undecided("The state of the world was not captured.");
        const value = valueAtPath(run.state.after, path);
        const before = valueAtPath(run.state.before, path);
        const isSame = equalJson(before, value) && (before === undefined) === (value === undefined);
        const isGood =
          compare(value, comparison) === true && (!unchanged || isSame) && (where?.(value, run.state) ?? true);
        const found = `${path === "" ? "the state" : path} is ${showValue(value)}`;
        if (isGood) return pass(`At the end ${found}.`, captureSeqs(run));
        const was = unchanged && !isSame ? `, and was ${showValue(before)}` : "";
        return fail(`At the end ${found}${was}; demanded: ${demand}.`, captureSeqs(run));
      },
    };
  },
});

const onlyTheseStateChanges = defineCheck({
  name: "onlyTheseStateChanges",
  summary: "Changes nothing in the world but the places listed.",
  options: z.strictObject({
    paths: z
      .array(z.string().min(1))
      .describe("places that may change, with all below them; * is any key, ** any depth"),
  }),
  shorthand: "paths",
  example: ["orders.W1234.status", "orders.W1234.refunds"],
  compile: ({ paths }) => {
    const patterns = paths.map(pathKeys);
    return {
      label: paths.join(", "),
      explain:
        paths.length === 0
          ? "It changes nothing in the world."
          : `It changes nothing in the world but ${showList(paths)}.`,
      judge(run) {
        const changes = changesOf(run);
        if (!changes) return undecided("The state of the world was not captured.");
        const others = changes.filter(({ path }) => !patterns.some((pattern) => matchesPath(pattern, pathKeys(path))));
        const [first] = others;
        if (!first) return pass(`All ${changes.length} changes were to the listed places.`, captureSeqs(run));
        const more = others.length > 1 ? `, and ${others.length - 1} more places` : "";
        return fail(
          `It changed ${first.path} from ${showValue(first.before)} to ${showValue(first.after)}${more}.`,
          captureSeqs(run),
        );
      },
    };
  },
});

export const STATE_CHECKS = { state, onlyTheseStateChanges, stateSql } as const;

function changesOf({ state: captured, events }: FinishedRun): readonly StateChange[] | undefined {
  if (captured) return diffState(captured.before, captured.after);
  return events.findLast((event) => event.type === "state.captured")?.changes;
}

function captureSeqs({ events }: FinishedRun): number[] {
  return events.filter((event) => event.type === "state.captured").map(({ seq }) => seq);
}

/** Whether the place, or one above it, fits the pattern: `orders.*.status`, `orders.W1` (and all below), `**.updatedAt`. */
function matchesPath(pattern: readonly string[], keys: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return true;
  if (head === "**") return matchesPath(rest, keys) || (keys.length > 0 && matchesPath(pattern, keys.slice(1)));
  const [key, ...below] = keys;
  return key !== undefined && (head === "*" || head === key) && matchesPath(rest, below);
}
