export { decodeEvent } from "./decode-event.ts";
export type { EvalStore, LogStore, Store } from "./store.ts";
