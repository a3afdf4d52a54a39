import { expect, test } from "vitest";
import { makeProject, runCli } from "./cli-kit.ts";

// As their authors write them; only the import is ours.
const EVALITE = `
import { evalite } from "aegis";
evalite("Capitals", {
  data: async () => [
    { input: { country: "France" }, expected: { capital: "Paris", length: 5 } },
    { input: { country: "Spain" }, expected: { capital: "Madrid", length: 6 } },
  ],
  task: async (input) => {
    const capital = { France: "Paris", Spain: "Barcelona" }[input.country];
    return { capital, length: capital.length };
  },
  scorers: [
    { name: "Same capital", description: "Word for word.", scorer: ({ output, expected }) => (output.capital === expected.capital ? 1 : 0) },
    ({ output }) => ({ name: "Has a length", score: Number.isInteger(output.length) ? 1 : 0, metadata: { length: output.length } }),
  ],
  columns: ({ input }) => [{ label: "Country", value: input.country }],
  trialCount: 2,
});
`;

const BRAINTRUST = `
import { Eval } from "aegis";
function exactMatch({ output, expected }) {
  return { name: "exact_match", score: output === expected ? 1 : 0 };
}
Eval("Say Hi Bot", {
  experimentName: "first",
  data: () => [{ input: "Foo", expected: "Hi Foo", metadata: { author: "a" } }, { input: "Bar", expected: "Hello Bar" }],
  task: (input) => "Hi " + input,
  scores: [exactMatch],
});
`;

test.each([
  {
    tool: "Evalite",
    source: EVALITE,
    trials: 4,
    verdicts: { "Same capital": ["pass", "fail"], "Has a length": ["pass", "pass"] },
  },
  { tool: "Braintrust", source: BRAINTRUST, trials: 6, verdicts: { exact_match: ["pass", "fail"] } },
])("a file of $tool runs with its import changed", async ({ source, trials, verdicts }) => {
  const { folder, remove } = makeProject({ "evals/ported.eval.ts": source });
  try {
    const end = await runCli(folder, ["eval", "run", "--json"]);
    expect(end.stderr).toBe("");
    const report = JSON.parse(end.stdout);
    expect(report.summary.suite.trials).toMatchObject({ scored: trials, void: 0 });
    const shown = await Promise.all(
      ["row-1", "row-2"].map((id) => runCli(folder, ["eval", "show", "--case", id, "--trial", "0", "--json"])),
    );
    const found = shown.map(({ stdout }) => JSON.parse(stdout).trial.verdicts as { name: string; outcome: string }[]);
    for (const [name, outcomes] of Object.entries(verdicts)) {
      expect(
        found.map((each) => each.find((verdict) => verdict.name === name)?.outcome),
        name,
      ).toEqual(outcomes);
    }
  } finally {
    remove();
  }
});
