import { isJsonObject, type Json, pathKeys, type Random } from "../../kernel/index.ts";
import { isIndex, isLeaf, keyOf, listPlaces } from "./json-places.ts";

interface FieldChoice {
  /** Dotted path; "" chooses by the seed. */
  readonly field: string;
  readonly random: Random;
  /** The first of these that any field meets narrows the choice. */
  readonly prefer?: readonly ((value: Json, key: string) => boolean)[];
}

/** The keys of a field, without the indices of lists: entries of a list share their fields. undefined where there is none. */
export function chooseField(value: Json, { field, random, prefer = [] }: FieldChoice): readonly string[] | undefined {
  if (field !== "") return pathKeys(field).filter((key) => !/^(\d+|\*)$/.test(key));
  const members = listPlaces(value).filter(({ keys, value: each }) => isMember(keys) && isLeaf(each));
  const preferred = prefer.map((isMeant) => members.filter((each) => isMeant(each.value, keyOf(each))));
  const candidates = preferred.find((some) => some.length > 0) ?? members;
  const names = [...new Set(candidates.map(({ keys }) => JSON.stringify(keys.filter((key) => !isIndex(key)))))];
  const chosen = names[Math.floor(random() * names.length)];
  return chosen === undefined ? undefined : (JSON.parse(chosen) as string[]);
}

/** A copy in which every object that has the field is replaced. */
export function onField(
  value: Json,
  keys: readonly string[],
  change: (holder: Readonly<Record<string, Json>>, key: string) => Json,
): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((each) => onField(each, keys, change));
  const [key, ...rest] = keys;
  if (key === undefined || !isJsonObject(value) || !Object.hasOwn(value, key)) return value;
  if (rest.length === 0) return change(value as Readonly<Record<string, Json>>, key);
  return { ...value, [key]: onField(value[key] ?? null, rest, change) };
}

function isMember(keys: readonly string[]): boolean {
  return keys.length > 0 && !isIndex(keys.at(-1) ?? "0");
}
