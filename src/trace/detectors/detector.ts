import type { Severity } from "../../domain/index.ts";
import type { Scene } from "./scene.ts";

/** One kind of pattern that is looked for in finished logs, without a case. Pure: the same run, the same findings. */
export interface Detector {
  readonly name: string;
  /** One line: what it finds. */
  readonly summary: string;
  /** Of its worst finding; each finding says its own. */
  readonly severity: Severity;
  /** What looks like it and is not found, and what may be found without being it. */
  readonly cannotSee: string;
  readonly find: (scene: Scene) => readonly Sighting[];
}

/** A finding before it is given its detector's name. */
export interface Sighting {
  readonly severity: Severity;
  readonly explanation: string;
  /** Sequence numbers, in any order. */
  readonly evidence: readonly number[];
}
