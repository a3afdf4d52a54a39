import type { StressSummary } from "./stress-summary.ts";

/**
 * The summary for programs. Fields are added within a schema version, never renamed or removed; rates are proportions
 * in [0, 1]. Strings are as recorded: escape them for wherever they are shown.
 */
export interface JsonStress extends StressSummary {
  readonly schemaVersion: 1;
}

export function toJsonStress(summary: StressSummary): JsonStress {
  return { schemaVersion: 1, ...summary };
}
