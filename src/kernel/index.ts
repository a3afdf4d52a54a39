export { AegisError, type ErrorCode, type ErrorDetails } from "./aegis-error.ts";
export { ERROR_CATALOGUE } from "./error-catalogue.ts";
export { type Clock, fixedClock, systemClock } from "./clock.ts";
export {
  escapeMarkdown,
  escapeTerminal,
  escapeWorkflowMessage,
  escapeWorkflowProperty,
  escapeXml,
} from "./escape-text.ts";
export { type Id, idMaker, isId } from "./id.ts";
export { invariant } from "./invariant.ts";
export { canonicalJson, equalJson, isJsonObject, type Json, type JsonObject, toJson, valueAtPath } from "./json.ts";
export { LIMITS } from "./limits.ts";
export { type Random, seededRandom, seedFromText } from "./random.ts";
