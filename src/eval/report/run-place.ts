import { countNoun } from "../../kernel/index.ts";
import type { RunIdentity } from "../summary/run-summary.ts";

/** How far its trials were kept apart, and on how many workers, where it was not the machine of the run. */
export function runPlace({ isolation, workers }: RunIdentity): string {
  return workers === undefined ? isolation : `${isolation}, on ${countNoun(workers, "worker")}`;
}
