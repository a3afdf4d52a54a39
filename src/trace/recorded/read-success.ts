import { AegisError, isJsonObject, type Json, type JsonObject, valueAtPath } from "../../kernel/index.ts";

/** A recorded reward counts as success from here on: sums of floats may miss 1 by a hair. */
export const SUCCESS_MIN = 1 - 1e-6;

export interface RecordedSuccess {
  readonly isPass: boolean;
  /** In [0, 1]. */
  readonly score: number;
}

/** What a boolean or a number says of success; undefined for anything else. */
export function readSuccess(value: Json | undefined): RecordedSuccess | undefined {
  if (typeof value === "boolean") return { isPass: value, score: value ? 1 : 0 };
  if (typeof value !== "number") return undefined;
  return { isPass: value >= SUCCESS_MIN, score: Math.min(1, Math.max(0, value)) };
}

/** As `readSuccess`, of the value at a path in a row. */
export function readSuccessAt(row: Json, path: string): RecordedSuccess | undefined {
  return readSuccess(valueAtPath(row, path));
}

/** @throws {AegisError} "import.no_success_path" when any row's reward has parts */
export function refuseComposite(file: string, rows: readonly JsonObject[], componentsPath: string): void {
  const paths = componentPaths(rows, componentsPath);
  if (paths.length === 0) return;
  throw new AegisError(
    "import.no_success_path",
    `${file}: the reward is made of parts, so it does not say what success is. Candidates: ${paths.join(", ")}`,
    { details: { file, candidates: paths.join(", ") } },
  );
}

/**
 * Where a composite reward keeps its parts: a reward with parts does not say by itself which one means success.
 * @returns the paths of all parts that are booleans or numbers, those of 0 and 1 first; empty for a plain reward
 */
function componentPaths(rows: readonly JsonObject[], componentsPath: string): string[] {
  const isBinary = new Map<string, boolean>();
  for (const row of rows) {
    const components = valueAtPath(row, componentsPath);
    if (!isJsonObject(components)) continue;
    for (const [key, value] of Object.entries(components)) {
      if (typeof value !== "number" && typeof value !== "boolean") continue;
      const path = /^[\w-]+$/.test(key) ? `${componentsPath}.${key}` : `${componentsPath}["${key}"]`;
      isBinary.set(path, (isBinary.get(path) ?? true) && [0, 1, true, false].includes(value));
    }
  }
  const paths = [...isBinary.keys()];
  return [...paths.filter((path) => isBinary.get(path)), ...paths.filter((path) => !isBinary.get(path))];
}
