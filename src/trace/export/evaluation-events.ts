import type { Finding, ObservedSpan, ObservedSpanEvent, ValueTypes, Verdict } from "../../domain/index.ts";
import { joinPath, type JsonObject } from "../../kernel/index.ts";

interface Evaluated {
  readonly verdicts?: readonly Verdict[];
  readonly findings?: readonly Finding[];
  readonly atNs: string;
}

const SCORE = "gen_ai.evaluation.score.value";

/**
 * Verdicts and findings as the conventions' evaluation results. A verdict's label is how it ended (`pass`, `fail`,
 * `void`), a finding's is its severity; a void one also has the type of error that conventions ask for.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/: gen_ai.evaluation.result
 */
export function evaluationsOf({
  verdicts = [],
  findings = [],
  atNs,
}: Evaluated): Pick<ObservedSpan, "events" | "types"> {
  const told = [...verdicts.map(ofVerdict), ...findings.map(ofFinding)];
  if (told.length === 0) return {};
  const events = told.map((attributes): ObservedSpanEvent => ({
    name: "gen_ai.evaluation.result",
    timeNs: atNs,
    attributes,
  }));
  const types: ValueTypes = Object.fromEntries(
    told.flatMap((attributes, index) =>
      Number.isInteger(attributes[SCORE])
        ? [[joinPath(["events", String(index), "attributes", SCORE]), "double" as const]]
        : [],
    ),
  );
  return { events, ...(Object.keys(types).length > 0 && { types }) };
}

function ofVerdict(verdict: Verdict): JsonObject {
  return {
    "gen_ai.evaluation.name": verdict.name,
    ...(verdict.score !== null && { [SCORE]: verdict.score }),
    "gen_ai.evaluation.score.label": verdict.outcome,
    "gen_ai.evaluation.explanation": verdict.explanation,
    ...(verdict.outcome === "void" && { "error.type": "void" }),
    "aegis.evaluation.source": verdict.source,
    "aegis.evaluation.gates": verdict.gates,
    "aegis.evaluation.evidence": verdict.evidence,
  };
}

function ofFinding(finding: Finding): JsonObject {
  return {
    "gen_ai.evaluation.name": finding.detector,
    "gen_ai.evaluation.score.label": finding.severity,
    "gen_ai.evaluation.explanation": finding.explanation,
    "aegis.evaluation.source": "detector",
    "aegis.evaluation.evidence": finding.evidence,
  };
}
