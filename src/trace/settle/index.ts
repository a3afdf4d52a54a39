export type { ReadLog } from "./settle-logs.ts";
export { openSettler, type ReadTrace, type Settler, type SettlerOptions, type SettlerStore } from "./open-settler.ts";
