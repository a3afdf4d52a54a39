export { describeRuntimeStoreConformance } from "./runtime-store-conformance.ts";
export { describeSandboxConformance } from "./sandbox-conformance.ts";
export { describeStoreConformance } from "./store-conformance.ts";
export { describeTraceStoreConformance } from "./trace-store-conformance.ts";
