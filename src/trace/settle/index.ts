export { openSettler, type SettlerOptions } from "./open-settler.ts";
export { settleAll, type SettlingOptions } from "./settle-all.ts";
export type { ReadLog } from "./settle-logs.ts";
export type { ReadTrace } from "./settle-traces.ts";
