import { cutText, eventsOfCall, hasSucceeded, showValue, type ToolCall } from "../../check/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import { schemaViolation } from "./fits-schema.ts";

/** How tools and frameworks say that the arguments were wrong. */
const BAD_ARGUMENTS =
  /\b(?:invalid|malformed|bad|wrong|missing|unexpected|incorrect|unparsable|unknown) (?:required |positional |keyword |tool |function |call |json |or missing )*(?:arguments?|parameters?|params?|propert(?:y|ies)|fields?|json)\b|\brequired (?:\w+ )?(?:argument|parameter|property|field)s?\b|\b(?:argument|parameter|schema|input|pydantic) validation\b|\bvalidation errors?\b|\bgot an unexpected keyword argument\b|\bmissing \d+ required\b|\b(?:failed|unable|could not|cannot) (?:to )?(?:be )?pars(?:e|ed) (?:the )?(?:tool |function )?(?:arguments?|json|input)\b|\bnot (?:a )?valid json\b|\bJSONDecodeError\b|\bZodError\b|(?:^|\D)-32602\b/i;

/** Arguments that are no JSON, do not fit the tool's schema, or that the tool itself calls wrong. */
export const malformedArguments: Detector = {
  name: "malformed-arguments",
  summary: "Calls a tool with arguments that are broken JSON, break its schema, or that the tool refuses as wrong.",
  severity: "medium",
  cannotSee:
    "Arguments of the right form with a wrong value. Schemas are held only where the telemetry told them, and only their plain words (type, required, properties, enum, items).",
  find: ({ calls, offered }) =>
    calls.flatMap((call, index) => {
      const why = faultOf(call, offered);
      return why === null ? [] : [sightingOf(call, why, calls[index + 1])];
    }),
};

function faultOf(
  { called, tool, failure }: ToolCall,
  schemas: ReadonlyMap<string, JsonObject | undefined>,
): string | null {
  const given = called.arguments;
  if (typeof given === "string" && looksLikeBrokenJson(given)) return `with text that is no JSON: ${cutText(given)}`;
  const violation = schemaViolation(given, schemas.get(tool));
  if (violation !== null) return `with arguments that do not fit its schema: ${cutText(violation)}`;
  if (failure !== null && BAD_ARGUMENTS.test(failure)) {
    return `with ${showValue(given)}, and it refused the arguments: ${cutText(failure)}`;
  }
  return null;
}

/** Some tools take one plain text; only what was meant as JSON is broken. */
const MEANT_AS_JSON = /^(?:\{\s*(?:["'}]|\w+\s*:|$)|\[\s*[{["']|"?\w+"?\s*:\s*["\d[{])/;

function looksLikeBrokenJson(text: string): boolean {
  const trimmed = text.trim();
  if (!MEANT_AS_JSON.test(trimmed)) return false;
  try {
    JSON.parse(trimmed);
    return false;
  } catch {
    return true;
  }
}

function sightingOf(call: ToolCall, why: string, next: ToolCall | undefined): Sighting {
  const isPutRight = next !== undefined && next.tool === call.tool && hasSucceeded(next);
  return {
    severity: isPutRight ? "low" : "medium",
    explanation: `It called ${call.tool} ${why}${isPutRight ? "; the next call put it right" : ""}.`,
    evidence: [...eventsOfCall(call), ...(isPutRight ? eventsOfCall(next) : [])],
  };
}
