import type { OpenStore } from "../store-conformance.ts";
import { describeClaimingRuns } from "./claiming-runs.ts";
import { describeMovingRuns } from "./moving-runs.ts";
import { describeRunLists } from "./run-lists.ts";
import { describeSignals } from "./signals.ts";

export function describeRuns(openAt: OpenStore): void {
  describeRunLists(openAt);
  describeClaimingRuns(openAt);
  describeMovingRuns(openAt);
  describeSignals(openAt);
}
