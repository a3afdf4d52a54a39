export { openTraces, type Traces, type TracesOptions } from "./open-traces.ts";
export { readLog, traceReader } from "./read-trace.ts";
export { type SummaryPlace, summarizeTrace } from "./observed-log/summarize-trace.ts";
export { wordsText } from "./observed-log/words-text.ts";
export { buildObservedLog, type ObservedLog, type ObservedRemarks } from "./observed-log/build-observed-log.ts";
export { readSpan } from "./dialects/read-span.ts";
export { type NormalizedMessages, normalizeMessages, type NormalizeOptions } from "./messages/normalize-messages.ts";
export { readOfferedTools } from "./messages/offered-tools.ts";
