import type { JsonObject } from "../../kernel/index.ts";

/** Under each list's name its bit. */
export type MemberBits<List extends string> = Readonly<Record<List, number>> & {
  /** The bits of all lists that name a member of the value. */
  of(value: JsonObject): number;
};

/** To find out in one look at an object's members which lists of names are worth asking. */
export function memberBits<List extends string>(lists: Readonly<Record<List, readonly string[]>>): MemberBits<List> {
  const bits = {} as Record<List, number>;
  const byName = new Map<string, number>();
  for (const [index, list] of (Object.keys(lists) as List[]).entries()) {
    bits[list] = 1 << index;
    for (const name of lists[list]) byName.set(name, (byName.get(name) ?? 0) | bits[list]);
  }
  const of = (value: JsonObject) => {
    let found = 0;
    for (const name in value) found |= byName.get(name) ?? 0;
    return found;
  };
  return { ...bits, of };
}
