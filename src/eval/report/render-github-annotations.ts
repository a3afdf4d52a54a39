import { escapeTerminal, escapeWorkflowMessage, escapeWorkflowProperty } from "../../kernel/index.ts";
import type { CaseSummary } from "../summary/run-summary.ts";
import { caseReason } from "./case-reason.ts";
import { reasonText, type ReportParts } from "./report-parts.ts";

interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
  readonly file?: string;
}

/** GitHub shows ten of each level for a step. */
const SHOWN_MAX = 10;
const LENGTH_MAX = 500;

/** Workflow commands, one a line: the gate's reasons first, then the cases below their bar, at their files. */
export function renderGithubAnnotations({ summary, gate }: ReportParts): string {
  const all = [
    ...gate.reasons.map((reason): Annotation => ({
      level: "error",
      title: `aegis ${summary.run.suite}: ${reason.exitCode === 1 ? "gate failed" : "could not measure"}`,
      message: reasonText(reason),
    })),
    ...summary.cases.flatMap(caseAnnotation),
  ];
  const shown = (["error", "warning"] as const).flatMap((level) => limited(all.filter((one) => one.level === level)));
  return shown.map((one) => `${command(one)}\n`).join("");
}

/** A capability case below its bar fails nothing, so it only warns. */
function caseAnnotation(one: CaseSummary): Annotation[] {
  if (one.isPass) return [];
  const level = one.status === "failed" && one.kind === "regression" ? "error" : "warning";
  const file = one.file === undefined ? {} : { file: one.file };
  const reason = caseReason(one);
  const message = `passed ${one.passed} of ${one.total}${reason === "" ? "" : `; ${reason}`}`;
  return [{ level, title: `case ${one.id}`, message, ...file }];
}

function limited(annotations: readonly Annotation[]): Annotation[] {
  const [first] = annotations;
  if (!first || annotations.length <= SHOWN_MAX) return [...annotations];
  const rest = annotations.length - SHOWN_MAX + 1;
  return [
    ...annotations.slice(0, SHOWN_MAX - 1),
    { level: first.level, title: "aegis", message: `and ${rest} more; see the report` },
  ];
}

function command({ level, title, message, file }: Annotation): string {
  const property = (text: string) => escapeWorkflowProperty(safe(text));
  const place = file === undefined ? "" : `file=${property(file)},`;
  return `::${level} ${place}title=${property(title)}::${escapeWorkflowMessage(safe(message))}`;
}

function safe(text: string): string {
  const cut = text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX - 1)}…` : text;
  return escapeTerminal(cut.toWellFormed());
}
