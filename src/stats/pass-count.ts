import { AegisError } from "../kernel/index.ts";

/** How often something passed. Void trials (our own failures) are in neither count. */
export interface PassCount {
  /** Integer in [0, total]. */
  readonly passed: number;
  /** Trials that were scored, integer >= 1. */
  readonly total: number;
}

/** @throws {AegisError} "stats.bad_counts" unless 0 <= passed <= total and total >= 1, both integers */
export function assertPassCount({ passed, total }: PassCount): void {
  const isCount = Number.isSafeInteger(total) && total >= 1 && Number.isSafeInteger(passed);
  if (!isCount || passed < 0 || passed > total) {
    throw new AegisError("stats.bad_counts", `${passed} of ${total} is no pass count`, { details: { passed, total } });
  }
}
