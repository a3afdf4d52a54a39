import type { StateChange } from "../domain/index.ts";
import { equalJson, isJsonObject, type Json } from "../kernel/index.ts";
import { joinPath } from "./state-path.ts";

/** Every innermost place that differs. A whole record that came or went is one change; lists are compared by place. */
export function diffState(
  before: Json | undefined,
  after: Json | undefined,
  keys: readonly string[] = [],
): StateChange[] {
  if (equalJson(before, after) && (before === undefined) === (after === undefined)) return [];
  const bothObjects = isJsonObject(before) && isJsonObject(after);
  const bothLists = Array.isArray(before) && Array.isArray(after);
  if (!bothObjects && !bothLists) {
    const path = joinPath(keys);
    return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const member = (value: Json, name: string) => (value as Readonly<Record<string, Json | undefined>>)[name];
  return [...names].flatMap((name) => diffState(member(before, name), member(after, name), [...keys, name]));
}
