import { isJsonObject, type Json } from "../../kernel/index.ts";

/**
 * A copy in which the values at a path are others. `*` stands for every key or entry.
 */
export function mapAtPath(value: Json, keys: readonly string[], change: (found: Json) => Json): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((each: Json, index) =>
      key === "*" || key === String(index) ? mapAtPath(each, rest, change) : each,
    );
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      key === "*" || key === name ? mapAtPath(member ?? null, rest, change) : member,
    ]),
  ) as Json;
}
