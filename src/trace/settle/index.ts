export { openSettler, type ReadTrace, type Settler, type SettlerOptions, type SettlerStore } from "./open-settler.ts";
