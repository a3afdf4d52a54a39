import { abandoned } from "./abandoned.ts";
import type { Detector } from "./detector.ts";
import { SAFETY_DETECTORS } from "./safety-detectors.ts";
import { TOOL_DETECTORS } from "./tool-detectors.ts";
import { refusal } from "./refusal.ts";
import { reopened } from "./reopened.ts";
import { contextSpike, costSpike, latencySpike, stepSpike } from "./spikes.ts";
import { staleSource } from "./stale-source.ts";
import { truncatedAnswer } from "./truncated-answer.ts";
import { unsupportedAnswer } from "./unsupported-answer.ts";
import { userFrustration } from "./user-frustration.ts";

/** Every detector, in the order in which they are described. */
export const DETECTORS: readonly Detector[] = [
  ...TOOL_DETECTORS,
  ...SAFETY_DETECTORS,
  unsupportedAnswer,
  staleSource,
  truncatedAnswer,
  refusal,
  abandoned,
  reopened,
  userFrustration,
  costSpike,
  latencySpike,
  stepSpike,
  contextSpike,
];
