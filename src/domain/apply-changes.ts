import { isJsonObject, type Json, pathKeys } from "../kernel/index.ts";
import type { StateChange } from "./run-event.ts";

/** The state after the changes that `diffState` found. */
export function applyChanges(before: Json, changes: readonly StateChange[]): Json {
  return changes.reduce<Json>((state, { path, after }) => changed(state, pathKeys(path), after) ?? null, before);
}

/** The value with another one, or none, at a place inside it. */
function changed(
  value: Json | undefined,
  [key, ...rest]: readonly string[],
  after: Json | undefined,
): Json | undefined {
  if (key === undefined) return after;
  if (Array.isArray(value)) {
    const index = Number(key);
    const inside = changed(value[index], rest, after);
    // Lists are compared by place: what went is their end.
    return inside === undefined ? value.slice(0, index) : [...value.slice(0, index), inside, ...value.slice(index + 1)];
  }
  const members = Object.entries(isJsonObject(value) ? value : {});
  const inside = changed(members.find(([name]) => name === key)?.[1], rest, after);
  const at = members.findIndex(([name]) => name === key);
  if (inside === undefined) return Object.fromEntries(members.filter(([name]) => name !== key));
  return Object.fromEntries(at === -1 ? [...members, [key, inside]] : members.with(at, [key, inside]));
}
