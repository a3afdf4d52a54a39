// What one run is summed up with: a fraction of the room, for programs that compare nothing.
export { type ClusteredInterval, clusteredInterval } from "../clustered-interval.ts";
export type { Interval } from "../interval.ts";
export { median } from "../median.ts";
export type { PassCount } from "../pass-count.ts";
export { quantile } from "../quantile.ts";
export { type SuitePassK, suitePassAtK, suitePassHatK } from "../suite-pass-k.ts";
export { wilsonInterval } from "../wilson-interval.ts";
