export type { EvalStore, LogStore, Store } from "./store.ts";
export type {
  AccessStore,
  DeploymentStore,
  ListPage,
  MemoryStore,
  NewRun,
  RunStore,
  RuntimeStore,
  SessionStore,
} from "./runtime-store.ts";
export type { TraceQuery } from "./trace-store.ts";
