import { equalJson, isJsonObject, type Json } from "../kernel/index.ts";
import type { StateChange } from "../domain/index.ts";

/**
 * What differs between two states: one entry per value that was added, removed or changed, as deep as both sides are
 * objects. Lists are compared as wholes.
 */
export function diffState(before: Json | undefined, after: Json | undefined, path = ""): StateChange[] {
  if (equalJson(before, after) && (before === undefined) === (after === undefined)) return [];
  if (!isJsonObject(before) || !isJsonObject(after)) {
    return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => diffState(before[key], after[key], joined(path, key)));
}

function joined(path: string, key: string): string {
  const isPlain = /^[^.[\]"]+$/.test(key);
  if (!isPlain) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
