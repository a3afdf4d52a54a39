import { isJsonObject, type Json, type Random } from "../../kernel/index.ts";
import { listPlaces, putAt, throughText } from "./json-places.ts";

/**
 * What is left of the entries: those of its list, else of the object's members, else of the text's characters.
 * @param share in [0, 1]; below 1 at least one entry goes
 */
export function keepShare(whole: Json, share: number): Json {
  return throughText(whole, (value) =>
    onEntries(value, {
      list: (entries) => entries.slice(0, keptCount(entries.length, share)),
      text: (text) => text.slice(0, keptCount(text.length, share)).toWellFormed(),
    }),
  );
}

/** The same for what comes as a list; a value without one is no batch and stays whole. */
export function keepShareOfList(whole: Json, share: number): Json {
  return throughText(whole, (value) => (mainList(value) ? keepShare(value, share) : value));
}

/** Nothing to find: an empty list in its place, an object without members, an empty text, null for the rest. */
export function emptied(whole: Json): Json {
  return throughText(whole, (value) => {
    const changed = onEntries(value, { list: () => [], text: () => "" });
    return isJsonObject(changed) || typeof changed === "object" || typeof changed === "string" ? changed : null;
  });
}

/** Some entries, at least one, stand there twice in a row. */
export function duplicateEntries(whole: Json, share: number, random: Random): Json {
  return throughText(whole, (value) =>
    onEntries(value, {
      list: (entries) => {
        const sure = Math.floor(random() * entries.length);
        return entries.flatMap((entry, index) => (index === sure || random() < share ? [entry, entry] : [entry]));
      },
      text: (text) => text,
    }),
  );
}

/** Grown to at least so many bytes of JSON: entries come again and again, or a text that says nothing. */
export function oversize(whole: Json, bytes: number): Json {
  return throughText(whole, (value) => {
    const size = JSON.stringify(value).length;
    if (size >= bytes) return value;
    const list = mainList(value);
    if (!list || list.entries.length === 0) return withFiller(value, bytes - size);
    const entryBytes = JSON.stringify(list.entries).length - 1;
    const count = list.entries.length * (1 + Math.ceil((bytes - size) / entryBytes));
    return putAt(
      value,
      list.keys,
      Array.from({ length: count }, (_, index) => list.entries[index % list.entries.length] ?? null),
    );
  });
}

interface EntryChange {
  readonly list: (entries: readonly Json[]) => Json;
  readonly text: (text: string) => string;
}

function onEntries(value: Json, change: EntryChange): Json {
  const list = mainList(value);
  if (list) return putAt(value, list.keys, change.list(list.entries));
  if (typeof value === "string") return change.text(value);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const kept = change.list(members as Json[]) as readonly Json[] as [string, Json][];
  return Object.fromEntries(kept);
}

/** The list an answer is about: of the outermost ones the longest. */
function mainList(value: Json): { readonly keys: readonly string[]; readonly entries: readonly Json[] } | undefined {
  const lists = listPlaces(value).flatMap(({ keys, value: each }) =>
    Array.isArray(each) ? [{ keys, entries: each as readonly Json[] }] : [],
  );
  const depth = Math.min(...lists.map(({ keys }) => keys.length));
  const outermost = lists.filter(({ keys }) => keys.length === depth);
  return outermost.toSorted((left, right) => right.entries.length - left.entries.length)[0];
}

function keptCount(total: number, share: number): number {
  const kept = Math.round(total * share);
  return share < 1 ? Math.min(kept, Math.max(0, total - 1)) : kept;
}

function withFiller(value: Json, bytes: number): Json {
  const filler = "lorem ipsum ".repeat(Math.ceil(bytes / 12));
  if (typeof value === "string") return `${value} ${filler}`;
  if (Array.isArray(value)) return [...(value as readonly Json[]), filler];
  return isJsonObject(value) ? { ...value, filler } : [value, filler];
}
