import { z } from "zod";
import { type App, type EvalRecord, findRecord } from "../../app/index.ts";
import { decideGate } from "../../eval/gate/index.ts";
import { summarizeRun } from "../../eval/summary/index.ts";
import { AegisError, jsonLine } from "../../kernel/index.ts";
import { readRun } from "../../log/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { printReports } from "../print-reports.ts";
import { renderTrials, type ShownTrial } from "../render-trials.ts";
import { reportFlags } from "../report-flags.ts";

export const evalShow = defineCommand({
  name: "eval show",
  summary: "Show one eval run, or the trials of one of its cases.",
  arguments: [{ name: "run", summary: "name or id of the run; `latest` unless told", isOptional: true }],
  flags: z.strictObject({
    suite: z.string().optional().describe("suite that `latest` means"),
    case: z.string().optional().describe("show this case's trials: verdicts, what they rest on, and the log"),
    trial: z.coerce.number().int().min(0).optional().describe("with --case, only this attempt, from 0"),
    ...reportFlags,
  }),
  examples: [
    { line: "aegis eval show", does: "the newest run" },
    { line: "aegis eval show nightly-7 --case refund-twice", does: "why a case failed, trial by trial" },
    { line: "aegis eval show nightly-7 --json", does: "everything about one run, for a script" },
  ],
  async run(context) {
    const { flags, args, app, terminal } = context;
    const record = await findRecord(app, args[0] ?? "latest", flags.suite);
    if (flags.case !== undefined) {
      const shown = await readTrials(app, record, { caseId: flags.case, attemptIndex: flags.trial });
      if (flags.json) for (const each of shown) terminal.out(jsonLine(each));
      else terminal.out(renderTrials(shown, terminal.hasColor));
      return 0;
    }
    const summary = summarizeRun(record.run, record.trials);
    const { failUnder, maxVoidShare } = flags;
    await printReports(
      { summary, gate: decideGate({ summary, options: definedOnly({ failUnder, maxVoidShare }) }) },
      context,
    );
    return 0;
  },
});

async function readTrials(
  app: App,
  { run, trials }: EvalRecord,
  wanted: { readonly caseId: string; readonly attemptIndex: number | undefined },
): Promise<ShownTrial[]> {
  const { caseId, attemptIndex } = wanted;
  const found = trials.filter(
    (trial) => trial.caseId === caseId && (attemptIndex ?? trial.attemptIndex) === trial.attemptIndex,
  );
  if (found.length === 0) {
    const ids = run.cases.map((each) => each.id);
    const there = ids.includes(caseId)
      ? `it has no trial ${attemptIndex ?? ""}`
      : `its cases are ${ids.slice(0, 20).join(", ")}`;
    throw new AegisError("case.not_found", `${run.name} has no such trial of case ${JSON.stringify(caseId)}; ${there}`);
  }
  const store = await app.store();
  return Promise.all(found.map(async (trial) => ({ trial, events: await readRun(store, trial.runId) })));
}
