import { equalJson, isJsonObject, joinPath, type Json } from "../kernel/index.ts";
import type { StateChange } from "./run-event.ts";

/**
 * What differs between two states: every innermost place that was added, removed or changed. A whole record that came
 * or went is one change; lists are compared by place.
 */
export function diffState(before: Json | undefined, after: Json | undefined): StateChange[] {
  const changes: StateChange[] = [];
  collect(before, after, { keys: [], changes });
  return changes;
}

interface Walk {
  readonly keys: readonly string[];
  readonly changes: StateChange[];
}

function collect(before: Json | undefined, after: Json | undefined, { keys, changes }: Walk): void {
  const areObjects = isJsonObject(before) && isJsonObject(after);
  const areLists = Array.isArray(before) && Array.isArray(after);
  if (areObjects || areLists) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect(member(before, key), member(after, key), { keys: [...keys, key], changes });
    }
    return;
  }
  if (equalJson(before, after) && (before === undefined) === (after === undefined)) return;
  changes.push({
    path: joinPath(keys),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  });
}

function member(container: Json, key: string): Json | undefined {
  if (!Object.hasOwn(container as object, key)) return undefined;
  return (container as Readonly<Record<string, Json | undefined>>)[key];
}
