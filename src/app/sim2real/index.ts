export { type GapLogs, readEvalLogs, readProductionLogs, type TraceReader } from "./read-gap-logs.ts";
