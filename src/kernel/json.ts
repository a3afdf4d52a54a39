/** What a log can hold: plain JSON values. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One text per value: keys sorted, no spaces. Equal values give equal texts. */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(",")}}`;
}

/** As their canonical texts are: a member that is undefined is none, and what JSON has no number for is null. */
export function equalJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isNone(left) || isNone(right)) return isNone(left) && isNone(right);
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && equalLists(left as readonly Json[], right as readonly Json[]);
  }
  return equalObjects(left as JsonObject, right as JsonObject);
}

function isNone(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null || (typeof value === "number" && !Number.isFinite(value));
}

function equalLists(left: readonly Json[], right: readonly Json[]): boolean {
  return left.length === right.length && left.every((element, index) => equalJson(element, right[index]));
}

function equalObjects(left: JsonObject, right: JsonObject): boolean {
  let count = 0;
  for (const [name, member] of Object.entries(left)) {
    if (member === undefined) continue;
    const other = Object.hasOwn(right, name) ? right[name] : undefined;
    if (other === undefined || !equalJson(member, other)) return false;
    count += 1;
  }
  for (const member of Object.values(right)) if (member !== undefined) count -= 1;
  return count === 0;
}

/** Turns anything into JSON: functions and symbols go, dates and errors become text, circles become "[circular]". */
export function toJson(value: unknown): Json {
  const text = safeStringify(value);
  return text === undefined ? null : (JSON.parse(text) as Json);
}

/**
 * The value at a dotted path: `orders.W1234.refunds`, `items.0.price`, `items[0]`. Keys with dots go in brackets: `a["b.c"]`.
 * @returns undefined where the path leads nowhere
 */
export function valueAtPath(value: Json | undefined, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const key of pathKeys(path)) {
    if (Array.isArray(here)) here = here[Number(key)] as Json | undefined;
    else if (isJsonObject(here) && Object.hasOwn(here, key)) here = here[key];
    else return undefined;
  }
  return here;
}

/** The keys of a dotted path; `*` stays a key of its own, for those who read patterns. */
export function pathKeys(path: string): string[] {
  const keys: string[] = [];
  for (const [, quoted, index, plain] of path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)) {
    keys.push(quoted === undefined ? (index ?? plain ?? "") : unquote(quoted));
  }
  return keys;
}

/** The path of these keys: `pathKeys` reads it back, whatever is in them. */
export function joinPath(keys: readonly string[]): string {
  return keys.reduce((path, key) => {
    if (!/^[^.[\]"]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === "" ? key : `${path}.${key}`;
  }, "");
}

/** As JSON writes it; what a person wrote with a lone backslash stays as it is. */
function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

function safeStringify(value: unknown): string | undefined {
  const ancestors: object[] = [];
  return JSON.stringify(value, function replace(this: unknown, _key, member: unknown) {
    if (typeof member === "bigint") return member.toString();
    if (member instanceof Error) return { name: member.name, message: member.message };
    if (member instanceof Map) return Object.fromEntries(member);
    if (member instanceof Set) return [...member];
    if (typeof member !== "object" || member === null) return member;
    while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
    if (ancestors.includes(member)) return "[circular]";
    ancestors.push(member);
    return member;
  });
}
