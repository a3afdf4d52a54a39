export { readSpan } from "./dialects/read-span.ts";
export { type NormalizedMessages, normalizeMessages, type NormalizeOptions } from "./messages/normalize-messages.ts";
export { readOfferedTools } from "./messages/offered-tools.ts";
