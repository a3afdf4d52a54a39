export { importTraces, type ImportedTraceFile } from "./import-traces.ts";
export { exportTraces, sendSpans } from "./export-traces.ts";
export { openAppTraces } from "./open-app-traces.ts";
export { settleBeforeLooking } from "./settle-before-looking.ts";
export { TRACE_FILE_FORMATS } from "./read-trace-file.ts";
