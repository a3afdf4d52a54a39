import type { RunEvent } from "../../domain/index.ts";
import { DETECTORS } from "./catalogue.ts";
import { detect } from "./detect.ts";
import type { DetectedRun } from "./scene.ts";

/** What one detector alone finds, short enough to compare: severity and evidence. */
export function found(name: string, events: readonly RunEvent[], rest: Omit<DetectedRun, "events"> = {}): string[] {
  const detector = DETECTORS.find((each) => each.name === name);
  if (!detector) throw new Error(`there is no detector ${name}`);
  return detect({ events, ...rest }, [detector]).map(({ severity, evidence }) => `${severity} ${evidence.join(",")}`);
}
