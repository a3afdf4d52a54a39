export type { EvalStore, LogStore, Store } from "./store.ts";
