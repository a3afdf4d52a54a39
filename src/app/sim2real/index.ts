export { readEvalLogs, readProductionLogs } from "./read-gap-logs.ts";
