import { z } from "zod";
import { caseSources, currentCases, readHistory, writeEdits } from "../../app/lifecycle/index.ts";
import {
  decideGraduation,
  DEFAULT_RULE,
  type GraduationReport,
  planGraduation,
  refuseDemotion,
  renderGraduation,
  suiteHistory,
  unifiedDiff,
} from "../../eval/lifecycle/index.ts";
import { AegisError, countNoun, escapeTerminal, jsonLine, offerNames } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { lifecycleFlags } from "../lifecycle-flags.ts";
import { tellPatch } from "../tell-patch.ts";
import { writeTextFile } from "../write-text-file.ts";

const proportion = z.coerce.number().gt(0).lt(1);

export const caseGraduate = defineCommand({
  name: "case graduate",
  summary: "Move capability cases that pass reliably to regression, as a patch to review.",
  about: [
    "A case graduates when its pass rate, pooled over the last versions that ran it as it is now, is shown to be high",
    "enough: the lower end of its interval counts, not the rate. The change is one word in the case's file; nothing is",
    "written without --write. A regression case is never made a capability case again.",
  ].join("\n"),
  flags: z.strictObject({
    ...lifecycleFlags,
    case: z.array(z.string()).default([]).describe("only these cases, by id"),
    minRate: proportion.default(DEFAULT_RULE.minRate).describe("what the lower end of the interval must reach"),
    confidence: proportion.default(DEFAULT_RULE.confidence).describe("of the interval"),
    versions: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .default(DEFAULT_RULE.versions)
      .describe("how many of the last versions must have run the case; their trials are pooled"),
    to: z.enum(["regression", "capability"]).default("regression").describe("the kind to move to: regression only"),
    write: z.boolean().default(false).describe("write the change into the case files"),
    patch: z.string().optional().describe("write the change as a patch to this file"),
  }),
  examples: [
    { line: "aegis case graduate --suite production-v2", does: "what would graduate, why, and the diff" },
    { line: "aegis case graduate --suite production-v2 --patch graduate.patch", does: "a patch for `git apply`" },
    { line: "aegis case graduate --min-rate 0.8 --versions 2 --write", does: "another rule, and into the files" },
  ],
  async run({ flags, app, terminal }) {
    refuseDemotion(flags.to);
    const { suite, by, minRate, confidence, versions } = flags;
    const read = await readHistory(app, { by, runCountMax: flags.runs, ...definedOnly({ suite }) });
    const agent = flags.agent ?? newestAgent(read.runs);
    const history = suiteHistory(read.runs, { suite: read.name, by, ...definedOnly({ agent }) });
    const current = read.suite && currentCases(read.suite);
    const decided = decideGraduation(history, { rule: { minRate, confidence, versions }, ...(current && { current }) });
    const report = onlyCases(decided, flags.case);
    const { root } = await app.config();
    const ids = report.cases.filter(({ decision }) => decision === "graduates").map(({ id }) => id);
    const plan = planGraduation(ids, read.suite ? caseSources(read.suite, root) : []);
    const patch = plan.files.map(unifiedDiff).join("");
    if (flags.patch !== undefined) await writeTextFile(flags.patch, patch);
    if (flags.write) writeEdits(root, plan.files);
    const files = plan.files.map(({ path }) => path);
    if (flags.json) {
      terminal.out(jsonLine({ ...report, agent, patch, byHand: plan.byHand, written: flags.write ? files : [] }));
      return 0;
    }
    terminal.out(renderGraduation(report, { color: terminal.hasColor, width: terminal.width, plan }));
    if (patch !== "") terminal.out(`\n${escapeTerminal(patch, { keepLines: true })}`);
    if (flags.patch !== undefined) terminal.err(tellPatch(flags.patch, files.length));
    if (flags.write && files.length > 0)
      terminal.err(`${countNoun(files.length, "file")} written; review with git diff\n`);
    return 0;
  },
});

/** The agent the suite was last run with: an agent beside it says nothing about what this one can do. */
function newestAgent(
  runs: readonly { readonly run: { readonly agent: { readonly name: string }; readonly startedAtMs: number } }[],
): string | undefined {
  return runs.toSorted((a, b) => b.run.startedAtMs - a.run.startedAtMs)[0]?.run.agent.name;
}

/** @throws {AegisError} "case.not_found": a slip in an id is no case that does not graduate */
function onlyCases(report: GraduationReport, ids: readonly string[]): GraduationReport {
  if (ids.length === 0) return report;
  const known = report.cases.map(({ id }) => id);
  for (const id of ids) {
    if (known.includes(id)) continue;
    const what = `no case that was run is called ${JSON.stringify(id)}${offerNames(id, known)}`;
    throw new AegisError("case.not_found", what, { details: { id } });
  }
  return { ...report, cases: report.cases.filter(({ id }) => ids.includes(id)) };
}
