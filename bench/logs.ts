// What is made of logs that are there: graded once more, and looked through for patterns.
import type { Measure } from "./bench.ts";
import { measureDetectors } from "./detectors.ts";
import { measureRegrade } from "./regrade.ts";

export const OF_LOGS: readonly Measure[] = [measureRegrade, measureDetectors];
