import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { listIn } from "../messages/parse-text.ts";

/** Deeper than any convention nests; what is below stays one name. */
const DEPTH_MAX = 12;

/**
 * The list that flattened attributes tell: `prefix.0.message.role`, `prefix.1...`. Gaps are closed. A list that was not
 * flattened, or whose items have dotted names, is read as well.
 */
export function listAt(attributes: JsonObject, prefix: string): readonly Json[] {
  const whole = listIn(attributes[prefix]);
  if (whole !== undefined) return whole.map((item) => (isJsonObject(item) ? nest(Object.entries(item)) : item));
  const members: [string, Json][] = [];
  for (const [rest, value] of membersBelow(attributes, prefix)) {
    if (/^\d{1,9}(\.|$)/.test(rest)) members.push([rest, value]);
  }
  if (members.length === 0) return [];
  const list = nest(members);
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

/** What stands under `prefix.`, by the rest of its name. */
export function membersBelow(attributes: JsonObject, prefix: string): [string, Json][] {
  const start = `${prefix}.`;
  const members: [string, Json][] = [];
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined && name.startsWith(start)) members.push([name.slice(start.length), value]);
  }
  return members;
}

type Tree = Map<string, Tree | Json>;

/** Dotted names as objects in objects; objects whose names are all numbers as lists in their order. */
function nest(members: readonly (readonly [string, Json | undefined])[]): Json {
  const root: Tree = new Map();
  for (const [name, value] of members) {
    if (value !== undefined) put(root, name.split("."), value);
  }
  return toList(root);
}

function put(root: Tree, keys: readonly string[], value: Json): void {
  let here = root;
  const path = keys.length > DEPTH_MAX ? [...keys.slice(0, DEPTH_MAX), keys.slice(DEPTH_MAX).join(".")] : keys;
  for (const key of path.slice(0, -1)) {
    const next = here.get(key);
    if (next instanceof Map) here = next;
    else {
      const made: Tree = new Map();
      here.set(key, made);
      here = made;
    }
  }
  const last = path.at(-1) ?? "";
  if (!(here.get(last) instanceof Map)) here.set(last, value);
}

function toList(tree: Tree): Json {
  const entries = [...tree].map(([key, value]) => [key, value instanceof Map ? toList(value) : value] as const);
  const isList = entries.length > 0 && entries.every(([key]) => /^\d{1,9}$/.test(key));
  if (!isList) return Object.fromEntries(entries);
  return entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, value]) => value);
}
