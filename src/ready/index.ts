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
export { parseProductionQuery, type ProductionQuery } from "./sim2real/production-query.ts";
export { renderGap } from "./sim2real/render-gap.ts";
export { parseTraceFilter, type TraceFilter } from "./sim2real/trace-filter.ts";
