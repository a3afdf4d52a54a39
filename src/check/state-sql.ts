import { z } from "zod";
import { equalJson, isJsonObject, type Json, type JsonObject } from "../kernel/index.ts";
import { jsonValue } from "./conditions/comparison.ts";
import { defineCheck, fail, pass, undecided } from "./define-check.ts";
import { cutText, showValue } from "./show-value.ts";
import { hasSeveralStatements, queryState, syntaxProblem } from "./state-database.ts";

export const stateSql = defineCheck({
  name: "stateSql",
  summary: "Leaves the world in the right state, asked with SQL over its tables at the end of the run.",
  options: z.strictObject({
    sql: z
      .string()
      .min(1)
      .superRefine((sql, context) => {
        const problem = hasSeveralStatements(sql) ? "expected one SELECT" : syntaxProblem(sql);
        if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
      })
      .describe("one SELECT; each top-level list or object of records is a table, with the record's key in _key"),
    equals: jsonValue.describe("one value, one record, a list of values (one column), or a list of records"),
  }),
  example: { sql: "SELECT count(*) FROM orders WHERE status = 'refunded'", equals: 0 },
  compile: ({ sql, equals }) => {
    const wanted = equals as Json;
    return {
      label: cutText(sql.replaceAll(/\s+/g, " ").trim()),
      explain: `At the end of the run, "${sql}" over the state gives ${showValue(wanted)}.`,
      judge(run) {
        if (!run.state) return undecided("The state of the world was not captured.");
        const seqs = run.events.filter((event) => event.type === "state.captured").map(({ seq }) => seq);
        try {
          const rows = queryState(run.state, sql);
          const isGood = equalJson(inShapeOf(wanted, rows), wanted);
          if (isGood) return pass(`The query gave ${showValue(wanted)}.`, seqs);
          return fail(`The query gave ${showValue(simplest(rows))}, not ${showValue(wanted)}.`, seqs);
        } catch (error) {
          return undecided(`The query does not work on this state: ${(error as Error).message}.`, seqs);
        }
      },
    };
  },
});

/** The rows in the form the expectation is written in, where they have that form. */
function inShapeOf(wanted: Json, rows: readonly JsonObject[]): Json {
  if (Array.isArray(wanted)) return wanted.some(isJsonObject) ? rows : rows.map(single);
  const [only] = rows;
  if (rows.length !== 1 || !only) return rows;
  return isJsonObject(wanted) ? only : single(only);
}

function single(row: JsonObject): Json {
  const values = Object.values(row);
  return values.length === 1 ? (values[0] ?? null) : row;
}

function simplest(rows: readonly JsonObject[]): Json {
  const values = rows.map(single);
  return values.length === 1 ? (values[0] ?? null) : values;
}
