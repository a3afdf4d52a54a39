export { describeStoreConformance } from "./store-conformance.ts";
