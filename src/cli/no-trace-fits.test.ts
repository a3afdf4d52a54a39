import { expect, test } from "vitest";
import { noTraceFits } from "./no-trace-fits.ts";

test.each([
  { finding: undefined, says: "no trace fits\n" },
  { finding: "any", says: "no trace fits\n" },
  { finding: "reopened", says: "no trace fits\n" },
  { finding: "repoened", says: 'no trace fits: no finding is called "repoened", did you mean "reopened"?\n' },
])("$finding", async ({ finding, says }) => {
  expect(await noTraceFits({ finding })).toBe(says);
});

test("what is near nothing is told what there is, and acts on no terminal", async () => {
  const said = await noTraceFits({ finding: "\u001b[2Jxyzzy" }, "no trace holds all of these words");
  expect(said).toMatch(/^no trace holds all of these words: no finding is called "[^\u001b]*xyzzy"; there are /);
});
