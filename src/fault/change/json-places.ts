import { isJsonObject, type Json } from "../../kernel/index.ts";

/** A value inside a value. */
export interface Place {
  readonly keys: readonly string[];
  readonly value: Json;
}

/** A fault looks at no more places than this of one answer. */
const PLACES_MAX = 20_000;

/** Every value inside a value, the whole first, outer ones before inner ones. */
export function listPlaces(whole: Json): Place[] {
  const places: Place[] = [{ keys: [], value: whole }];
  for (let index = 0; index < places.length && places.length < PLACES_MAX; index += 1) {
    const { keys, value } = places[index] as Place;
    for (const [key, inner] of membersOf(value)) places.push({ keys: [...keys, key], value: inner });
  }
  return places;
}

export function isLeaf(value: Json): boolean {
  return typeof value !== "object" || value === null;
}

/** The nearest key that is no index of a list. */
export function keyOf({ keys }: Place): string {
  return keys.findLast((key) => !isIndex(key)) ?? "";
}

export function isIndex(key: string): boolean {
  return /^\d+$/.test(key);
}

/** A copy with another value at a place; undefined takes the member away. */
export function putAt(whole: Json, keys: readonly string[], value: Json | undefined): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return value ?? null;
  if (Array.isArray(whole)) {
    const list = whole as readonly Json[];
    const index = Number(key);
    if (rest.length === 0 && value === undefined) return list.toSpliced(index, 1);
    return list.with(index, putAt(list[index] ?? null, rest, value));
  }
  if (!isJsonObject(whole)) return whole;
  const members = Object.entries(whole).flatMap(([name, inner]) => {
    if (name !== key || inner === undefined) return inner === undefined ? [] : [[name, inner] as const];
    return rest.length === 0 && value === undefined ? [] : [[name, putAt(inner, rest, value)] as const];
  });
  const isNew = !Object.hasOwn(whole, key) && value !== undefined;
  return Object.fromEntries(isNew ? [...members, [key, putAt(null, rest, value)]] : members);
}

/** A copy with every leaf that `change` has something for replaced. */
export function mapLeaves(value: Json, change: (leaf: Json, key: string) => Json, key = ""): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((each) => mapLeaves(each, change, key));
  if (!isJsonObject(value)) return change(value, key);
  return Object.fromEntries(membersOf(value).map(([name, inner]) => [name, mapLeaves(inner, change, name)]));
}

/**
 * A text that holds JSON is changed inside, and stays a text: tools and servers of tools often answer that way.
 * Any other text is a value like others.
 */
export function throughText(value: Json, change: (inner: Json) => Json): Json {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return change(value);
  let inner: Json;
  try {
    inner = JSON.parse(value) as Json;
  } catch {
    return change(value);
  }
  const changed = change(inner);
  return typeof changed === "string" ? changed : JSON.stringify(changed);
}

function membersOf(value: Json): [string, Json][] {
  if (Array.isArray(value)) return (value as readonly Json[]).map((each, index) => [String(index), each]);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, inner] as [string, Json]]));
}
