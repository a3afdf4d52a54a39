import type { Detector } from "./detector.ts";
import { injectedInstruction } from "./injected-instruction.ts";
import { missingApproval } from "./missing-approval.ts";
import { policyViolation } from "./policy-violation.ts";
import { restrictedData } from "./restricted-data.ts";

/** What must not be done. */
export const SAFETY_DETECTORS: readonly Detector[] = [
  restrictedData,
  missingApproval,
  policyViolation,
  injectedInstruction,
];
