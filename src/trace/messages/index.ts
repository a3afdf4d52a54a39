export { type NormalizedMessages, normalizeMessages, type NormalizeOptions } from "./normalize-messages.ts";
export { readOfferedTools } from "./offered-tools.ts";
