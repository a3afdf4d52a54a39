import { LIMITS } from "../../src/kernel/index.ts";
import { agentRulesSchema, DETECTORS } from "../../src/trace/detectors/index.ts";
import { code, inline, page, table } from "./markdown.ts";
import { schemaTable } from "./schema-rows.ts";

const RULES = `{
  "allowedTools": ["get_*", "refund.*", "verify_identity"],
  "limits": [{ "tool": "refund.issue", "argument": "amount", "atMost": 500 }],
  "approvals": [{ "tool": "refund.issue", "argument": "amount", "above": 50 }],
  "order": [{ "first": "verify_identity", "next": "refund.issue" }]
}`;

export function detectorsPage(): string {
  return page([
    "# Detectors",
    "A detector looks for one known pattern in a finished log, without a case. What it finds is a finding: the pattern's name, how much it matters, the events that show it, and a sentence that says what happened. Findings are hints for people, not verdicts: a run without findings may have failed all the same, and each detector says below what it cannot see.",
    table(
      ["Detector", "At worst", "Finds"],
      DETECTORS.map(({ name, severity, summary }) => [`[${name}](#${name})`, severity, summary]),
    ),
    "`high` is harm done or close to it, `low` is worth a look. A detector may find less than its worst: a call that broke a rule and failed is `medium`.",
    `Of one detector at most ${LIMITS.findingsPerDetectorMax} findings of a run are kept, and of a finding's evidence at most ${LIMITS.findingEvidenceMax} events. What they find and miss on labelled logs and recorded runs is measured by \`node bench/detectors.ts\`.`,
    ...DETECTORS.flatMap(({ name, summary, severity, cannotSee }) => [
      `## ${name}`,
      `${summary} At worst ${inline(severity)}.`,
      `**Cannot see:** ${cannotSee}`,
    ]),
    "## Rules of an agent",
    "What an agent may do, as plain data. `*` in a tool's name stands for any characters.",
    code(RULES, "json"),
    schemaTable({ schema: agentRulesSchema, meanings: {} }),
  ]);
}
