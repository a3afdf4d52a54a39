import { expect, test } from "vitest";
import { allOf, listOf, sql } from "./statement.ts";

test.each([
  { what: "no value", made: sql`SELECT 1`, text: "SELECT 1", cells: [] },
  { what: "values", made: sql`${1} = ${"a"} OR ${null}`, text: "$1 = $2 OR $3", cells: [1, "a", null] },
  {
    what: "fragments, numbered on",
    made: sql`${0}${sql`(${1}, ${2})`} ${sql`now()`}${sql`${3}`}${4}`,
    text: "$1($2, $3) now()$4$5",
    cells: [0, 1, 2, 3, 4],
  },
  { what: "a list", made: sql`IN (${listOf(["x", 2])})`, text: "IN ($1, $2)", cells: ["x", 2] },
  {
    what: "conditions, those that do not apply left out",
    made: sql`WHERE ${allOf([false, sql`a = ${1}`, undefined, sql`b = ${2}`])} LIMIT ${3}`,
    text: "WHERE a = $1 AND b = $2 LIMIT $3",
    cells: [1, 2, 3],
  },
  { what: "no condition at all", made: allOf([undefined, false]), text: "1 = 1", cells: [] },
  { what: "text that looks like a parameter", made: sql`${"$1 ?1 ' --"}`, text: "$1", cells: ["$1 ?1 ' --"] },
])("a statement of $what", ({ made, text, cells }) => {
  expect({ text: made.text, cells: made.cells }).toEqual({ text, cells });
});
