export type {
  DimensionGap,
  GapIndex,
  GapReport,
  GapSide,
  TraceToPull,
  UncoveredCondition,
} from "./sim2real/gap-report.ts";
export type { LoggedRun } from "./sim2real/logged-run.ts";
export { type GapRequest, measureGap } from "./sim2real/measure-gap.ts";
