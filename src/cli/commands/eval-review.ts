import { z } from "zod";
import { caseSources, readHistory, readReviewInputs } from "../../app/lifecycle/index.ts";
import {
  planReview,
  removalDiff,
  renderReview,
  reviewSuite,
  suiteHistory,
  unifiedDiff,
} from "../../eval/lifecycle/index.ts";
import { AegisError, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { lifecycleFlags } from "../lifecycle-flags.ts";
import { tellPatch } from "../tell-patch.ts";
import { writeTextFile } from "../write-text-file.ts";

export const evalReview = defineCommand({
  name: "eval review",
  summary: "Find the cases of a suite that earn their place no more: the quarterly spring clean.",
  about: [
    "Looks over all runs for cases that never failed, behave alike twice over, hang on chance, cost much for what they",
    "tell, name tools that are gone, or ask what no user asks any more. Each finding has its numbers and a proposal;",
    "nothing is changed: --patch writes the proposals as comments for `git apply`, --remove as removed files.",
    "Production is the agent's live and observed runs, or --production: JSON lines of {input, tools}.",
  ].join("\n"),
  flags: z.strictObject({
    ...lifecycleFlags,
    production: z
      .string()
      .optional()
      .describe("what users did: JSON lines of {input, tools}; live and observed runs unless told"),
    patch: z.string().optional().describe("write the proposals as a patch to this file"),
    remove: z.boolean().default(false).describe("in the patch, take duplicates away instead of commenting on them"),
  }),
  examples: [
    { line: "aegis eval review --suite production-v2", does: "what could go, and why" },
    { line: "aegis eval review --suite production-v2 --patch review.patch", does: "proposals as comments" },
    { line: "aegis eval review --suite retail --by run", does: "imported results" },
  ],
  async run({ flags, app, terminal }) {
    const { suite, by, agent, production } = flags;
    if (flags.remove && flags.patch === undefined && !flags.json) {
      throw new AegisError(
        "cli.usage",
        "aegis eval review: --remove says what is in the patch: give --patch FILE, too",
      );
    }
    const read = await readHistory(app, { by, runCountMax: flags.runs, ...definedOnly({ suite }) });
    const history = suiteHistory(read.runs, { suite: read.name, by, ...definedOnly({ agent }) });
    const inputs = await readReviewInputs(app, {
      suite: read.suite,
      history,
      ...definedOnly({ productionFile: production }),
    });
    const report = reviewSuite(history, inputs);
    const sources = read.suite ? caseSources(read.suite, (await app.config()).root) : [];
    const plan = planReview(report.findings, sources, { isRemoving: flags.remove });
    const patch = [
      ...plan.files.map(unifiedDiff),
      ...plan.removals.map(({ path, text }) => removalDiff({ path, before: text })),
    ].join("");
    if (flags.patch !== undefined) await writeTextFile(flags.patch, patch);
    if (flags.json) {
      terminal.out(jsonLine({ ...report, patch, byHand: plan.byHand }));
      return 0;
    }
    terminal.out(renderReview(report, { color: terminal.hasColor, width: terminal.width }));
    if (plan.byHand.length > 0) {
      terminal.err(
        escapeTerminal(`not in the patch, for their files hold no comments: ${plan.byHand.join(", ")}`) + "\n",
      );
    }
    if (flags.patch !== undefined) {
      terminal.err(tellPatch(flags.patch, plan.files.length + plan.removals.length));
    }
    return 0;
  },
});
