import { expect, test } from "vitest";
import type { EvalCase } from "../domain/index.ts";
import { type CaseFilter, filterCases } from "./filter-cases.ts";

const evalCase = (id: string, kind: EvalCase["kind"], tags: readonly string[]) =>
  ({ id, kind, tags }) as unknown as EvalCase;
const all = [
  evalCase("refund/late", "regression", ["money"]),
  evalCase("refund/early", "capability", ["money", "slow"]),
  evalCase("hello", "capability", []),
  evalCase("odd[1]", "regression", ["slow"]),
];
const ids = async (filter: CaseFilter, failing: readonly string[] = []) =>
  (await filterCases(all, filter, async () => new Set(failing))).map(({ id }) => id);

test.each<{ filter: CaseFilter; failing?: string[]; left: string[] }>([
  { filter: {}, left: ["refund/late", "refund/early", "hello", "odd[1]"] },
  { filter: { cases: [], tags: [], kinds: [] }, left: ["refund/late", "refund/early", "hello", "odd[1]"] },
  { filter: { cases: ["hello"] }, left: ["hello"] },
  { filter: { cases: ["refund/*"] }, left: ["refund/late", "refund/early"] },
  { filter: { cases: ["*"] }, left: ["hello", "odd[1]"] },
  { filter: { cases: ["**"] }, left: ["refund/late", "refund/early", "hello", "odd[1]"] },
  { filter: { cases: ["odd[1]"] }, left: ["odd[1]"] },
  { filter: { cases: ["nothing", "hel*"] }, left: ["hello"] },
  { filter: { tags: ["slow"] }, left: ["refund/early", "odd[1]"] },
  { filter: { tags: ["slow", "money"] }, left: ["refund/late", "refund/early", "odd[1]"] },
  { filter: { tags: ["slow"], kinds: ["capability"] }, left: ["refund/early"] },
  { filter: { failing: true }, failing: ["hello", "gone"], left: ["hello"] },
  { filter: { failing: true, kinds: ["regression"] }, failing: ["hello", "odd[1]"], left: ["odd[1]"] },
])("$filter leaves $left", async ({ filter, failing, left }) => {
  expect(await ids(filter, failing)).toEqual(left);
});

test.each<{ filter: CaseFilter; told: string }>([
  {
    filter: { cases: ["none"] },
    told: 'no case of 4 is left by --case none; no case is called "none"; there are: refund/late, refund/early, hello, odd[1]',
  },
  { filter: { cases: ["helo"] }, told: 'called "helo", did you mean "hello"? There are: ' },
  { filter: { tags: ["mony"] }, told: 'no case has the tag "mony", did you mean "money"? There are: money, slow' },
  { filter: { cases: ["hello"], tags: ["zzz"] }, told: '--tag zzz; no case has the tag "zzz"; there are: money, slow' },
  {
    filter: { cases: ["hello"], tags: ["money"], kinds: ["regression"] },
    told: "--case hello --tag money --kind regression",
  },
  { filter: { failing: true }, told: "no case of 4 is left by --failing" },
])("$filter leaves nothing, and says which filter did it", async ({ filter, told }) => {
  await expect(ids(filter)).rejects.toMatchObject({ code: "suite.no_cases", message: expect.stringContaining(told) });
});

test("a suite without cases says so; what failed is asked only where it is wanted", async () => {
  const asked: string[] = [];
  const failing = async () => new Set(asked.splice(0, 0, "asked"));
  await expect(filterCases([], {}, failing)).rejects.toMatchObject({ message: "the suite has no cases" });
  expect(asked).toEqual([]);
});
