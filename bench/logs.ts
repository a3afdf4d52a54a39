// What is made of logs: taken in, graded once more, and looked through for patterns.
import type { Measure } from "./bench.ts";
import { measureDetectors } from "./detectors.ts";
import { measureIngest } from "./ingest.ts";
import { measureRegrade } from "./regrade.ts";

export const OF_LOGS: readonly Measure[] = [measureRegrade, measureDetectors, measureIngest];
