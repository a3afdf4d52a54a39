import { fixedClock, idMaker, seededRandom } from "../../kernel/index.ts";
import { importResults } from "./import-results.ts";
import type { ImportedResults, ImportedTrial, ImportRequest } from "./imported-results.ts";

/** When the imports of these tests happen. */
export const NOW_MS = Date.UTC(2026, 0, 2);

export function importForTest(
  format: ImportRequest["format"],
  files: ImportRequest["files"],
  options: Partial<ImportRequest> = {},
): ImportedResults {
  const makeId = idMaker(fixedClock(NOW_MS), seededRandom(1));
  return importResults({ files, format, runName: "recorded", makeId, nowMs: NOW_MS, ...options });
}

export function jsonFile(path: string, value: unknown): ImportRequest["files"][number] {
  return { path, text: JSON.stringify(value) };
}

export function only<Value>(values: readonly Value[]): Value {
  if (values.length !== 1) throw new Error(`expected one value, found ${values.length}`);
  return values[0] as Value;
}

export function eventTypes(events: ImportedTrial["events"]): string[] {
  return events.map((event) => event.type);
}
