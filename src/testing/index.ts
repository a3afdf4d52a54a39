export { describeSandboxConformance } from "./sandbox-conformance.ts";
export { describeStoreConformance } from "./store-conformance.ts";
