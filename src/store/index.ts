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
export type { SpanPart, TraceQuery, TraceStore, UnsettledLog, UnsettledTrace } from "./trace-store.ts";
