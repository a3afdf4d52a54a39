export { AegisError, type ErrorCode, type ErrorDetails } from "./aegis-error.ts";
export { ERROR_CATALOGUE } from "./error-catalogue.ts";
export { countNoun } from "./count-noun.ts";
export { errorPlace } from "./error-place.ts";
export { type Clock, fixedClock, systemClock } from "./clock.ts";
export {
  escapeMarkdown,
  escapeTerminal,
  escapeWorkflowMessage,
  escapeWorkflowProperty,
  escapeXml,
  escapeYaml,
  firstCharacters,
  isUnsafe,
  jsonLine,
} from "./escape-text.ts";
export { type ExplainedIssue, explainIssues } from "./explain-issues.ts";
export { type Id, idMaker, isId } from "./id.ts";
export { invariant } from "./invariant.ts";
export {
  canonicalJson,
  equalJson,
  isJsonObject,
  joinPath,
  type Json,
  type JsonObject,
  pathKeys,
  toJson,
  valueAtPath,
} from "./json.ts";
export { LIMITS } from "./limits.ts";
export { nearestName, offerNames, suggestName } from "./nearest-name.ts";
export { type Random, seededRandom, seedFromText } from "./random.ts";
