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
