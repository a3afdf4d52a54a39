import type { Finding } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import { DETECTORS } from "./catalogue.ts";
import type { Detector } from "./detector.ts";
import { type DetectedRun, Scene } from "./scene.ts";

/**
 * What all detectors find in a finished run, worst first, then by place.
 * @param detectors all of them where it is left out
 */
export function detect(run: DetectedRun, detectors: readonly Detector[] = DETECTORS): Finding[] {
  const scene = new Scene(run);
  const findings: Finding[] = [];
  for (const detector of detectors) findings.push(...findingsOf(detector, scene));
  return findings.sort((left, right) => rank(left) - rank(right) || firstSeq(left) - firstSeq(right));
}

function findingsOf({ name, find }: Detector, scene: Scene): Finding[] {
  return sightingsOf(find, scene)
    .slice(0, LIMITS.findingsPerDetectorMax)
    .map(({ severity, explanation, evidence }) => ({
      detector: name,
      severity,
      explanation: explanation.slice(0, LIMITS.findingCharactersMax).toWellFormed(),
      evidence: cutEvidence([...new Set(evidence)].sort((left, right) => left - right)),
    }));
}

/** Logs of strangers: what one detector cannot read must not hide what the others see. It is said, not passed over. */
function sightingsOf(find: Detector["find"], scene: Scene): ReturnType<Detector["find"]> {
  try {
    return find(scene);
  } catch (error) {
    const explanation = `It could not read this log: ${error instanceof Error ? error.message : "it broke"}.`;
    return [{ severity: "low", explanation, evidence: [] }];
  }
}

/** Of a long evidence, the beginning and the end. */
function cutEvidence(seqs: readonly number[]): readonly number[] {
  const half = LIMITS.findingEvidenceMax / 2;
  return seqs.length <= LIMITS.findingEvidenceMax ? seqs : [...seqs.slice(0, half), ...seqs.slice(-half)];
}

const RANKS = { high: 0, medium: 1, low: 2 } as const;

function rank({ severity }: Finding): number {
  return RANKS[severity];
}

function firstSeq({ evidence }: Finding): number {
  return evidence[0] ?? Infinity;
}
