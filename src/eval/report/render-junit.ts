import { escapeTerminal, escapeXml } from "../../kernel/index.ts";
import type { GateDecision } from "../gate/gate-decision.ts";
import type { CaseSummary } from "../summary/run-summary.ts";
import { caseReason } from "./case-reason.ts";
import { reasonText, type ReportParts } from "./report-parts.ts";
import { sayPercent } from "./say.ts";

interface Outcome {
  readonly element: "failure" | "error" | "skipped";
  readonly message: string;
  readonly type: string;
}

/**
 * JUnit XML: one testcase for each case, and one for the gate, whose reasons no single case shows.
 * A case below its bar is a failure, one with undecided checks an error, one without a scored trial is skipped.
 */
export function renderJunit({ summary, gate }: ReportParts): string {
  const { run, cases } = summary;
  const outcomes = [...cases.map(caseOutcome), ...gateOutcomes(gate).slice(0, 1)];
  const count = (element: Outcome["element"]) => outcomes.filter((outcome) => outcome?.element === element).length;
  const seconds = cases.reduce((sum, one) => sum + (one.medians?.durationMs ?? 0) * one.total, 0) / 1000;
  const counts = attributes({
    tests: cases.length + 1,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
    time: seconds.toFixed(3),
  });
  const suiteAttributes = attributes({ name: run.suite, timestamp: timestamp(run.startedAtMs) });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "aegis" })}${counts}>`,
    `  <testsuite${suiteAttributes}${counts}>`,
    ...properties(summary),
    ...cases.flatMap((one) => testcase(run.suite, one)),
    `    <testcase${attributes({ classname: "aegis", name: "gate", time: "0.000" })}>`,
    ...gateOutcomes(gate).slice(0, 1).flatMap(outcomeLines),
    "    </testcase>",
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testcase(suite: string, one: CaseSummary): string[] {
  const outcome = caseOutcome(one);
  const time = ((one.medians?.durationMs ?? 0) / 1000).toFixed(3);
  const file = one.file === undefined ? {} : { file: one.file };
  const failures = one.failures.map(
    ({ verdict, count, example }) => `${verdict} (${count} of ${one.total}): ${example}`,
  );
  const lines = [`passed ${one.passed} of ${one.total}, ${one.voids} void, ${one.missing} not run`, ...failures];
  return [
    `    <testcase${attributes({ classname: suite, name: one.id, ...file, time })}>`,
    ...(outcome ? outcomeLines(outcome) : []),
    `      <system-out>${escapeXml(lines.map(safe).join("\n"))}</system-out>`,
    "    </testcase>",
  ];
}

function caseOutcome(one: CaseSummary): Outcome | null {
  const passed = `passed ${one.passed} of ${one.total}, ${sayPercent(one.requiredPassRate)} required`;
  const reason = caseReason(one);
  const message = reason === "" ? passed : `${passed}; ${reason}`;
  if (one.total === 0) return { element: "skipped", message: reason === "" ? "no trial" : reason, type: "void" };
  if (one.undecidedGates > 0) return { element: "error", message, type: "undecided" };
  if (one.status === "failed") return { element: "failure", message, type: one.kind };
  return one.status === "undecided" ? { element: "skipped", message, type: "undecided" } : null;
}

function gateOutcomes({ exitCode, reasons }: GateDecision): Outcome[] {
  if (exitCode === 0) return [];
  const message = reasons.map(reasonText).join(" ");
  return [{ element: exitCode === 1 ? "failure" : "error", message, type: "gate" }];
}

function outcomeLines({ element, message, type }: Outcome): string[] {
  // The schema gives `skipped` a message only.
  const kind = element === "skipped" ? {} : { type };
  return [`      <${element}${attributes({ message, ...kind })}/>`];
}

function properties({ run, notSeen }: ReportParts["summary"]): string[] {
  const values = [
    ["run", run.name],
    ["agent", `${run.agent.name}@${run.agent.version}`],
    ["models", run.models.join(", ")],
    ["isolation", run.isolation],
    ...notSeen.map((text) => ["not seen", text]),
  ];
  const lines = values.map(
    ([name, value]) => `      <property${attributes({ name: name ?? "", value: value ?? "" })}/>`,
  );
  return ["    <properties>", ...lines, "    </properties>"];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(safe(String(value)))}"`)
    .join("");
}

/** Control and direction characters are shown: a viewer of the file must not be fooled by them either. */
function safe(text: string): string {
  return escapeTerminal(text);
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
