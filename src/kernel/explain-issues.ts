import type { z } from "zod";
import { suggestName } from "./nearest-name.ts";

export interface ExplainedIssue {
  /** Within the value; empty for the value itself. */
  readonly path: readonly PropertyKey[];
  /** Where to look: the path, and the unknown key where there is one. */
  readonly place: readonly PropertyKey[];
  readonly isMissing: boolean;
  /** Without the path. */
  readonly message: string;
  /** With the path, e.g. `input.0: there is no key "usr", did you mean "user"?`. */
  readonly text: string;
}

type Issue = z.core.$ZodIssue;

/**
 * Of what a schema has against a value, the one thing that says most, in words a person can act on. A key that nobody
 * knows comes first: it explains the one that is missing.
 */
export function explainIssues(found: {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly issues: readonly Issue[];
}): ExplainedIssue {
  const flat = found.issues.flatMap((issue) => withoutUnions(issue, []));
  const issue = flat.find(({ code }) => code === "unrecognized_keys") ?? flat.reduce(deeper);
  const { path } = issue;
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    found.value,
  );
  const parts = partsAt(found.schema, path);
  const isMissing = value === undefined && path.length > 0 && isOwnMessage(issue);
  const message = isMissing ? "is missing" : explain(issue, value, parts);
  const at = path.join(".");
  return {
    path,
    place: issue.code === "unrecognized_keys" ? [...path, ...issue.keys.slice(0, 1)] : path,
    isMissing,
    message,
    text: at === "" ? message : `${at}${isMissing ? " " : ": "}${message}`,
  };
}

function deeper(best: Issue, issue: Issue): Issue {
  return issue.path.length > best.path.length ? issue : best;
}

/** A union's failure says nothing; that of the branch which was meant does. */
function withoutUnions(issue: Issue, base: readonly PropertyKey[]): Issue[] {
  const path = [...base, ...issue.path];
  const here = { ...issue, path };
  if (issue.code !== "invalid_union") return [here];
  const meant = issue.errors.filter((errors) => !errors.some(isOfAnotherType));
  const branches = meant.map((errors) => errors.flatMap((inner) => withoutUnions(inner, path)));
  const [first] = branches;
  if (!first) return [here];
  const unknownCount = (branch: readonly Issue[]) => unknownKeys(branch, path).length;
  const [best = first] = branches.toSorted(
    (left, right) =>
      unknownCount(left) - unknownCount(right) || right.reduce(deeper).path.length - left.reduce(deeper).path.length,
  );
  if (branches.length === 1 || unknownCount(best) === 0) return best;
  const inNone = unknownKeys(best, path).filter((key) =>
    branches.every((each) => unknownKeys(each, path).includes(key)),
  );
  return inNone.length === 0 ? [here] : [{ code: "unrecognized_keys", keys: inNone, path, message: "" }];
}

function isOfAnotherType({ code, path }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value" || code === "custom");
}

function unknownKeys(issues: readonly Issue[], path: readonly PropertyKey[]): string[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" && issue.path.length === path.length ? issue.keys : [],
  );
}

/** Not one that the schema's author wrote. */
function isOwnMessage({ code, message }: Issue): boolean {
  return code !== "custom" && /^(Invalid |Too (small|big)|Unrecognized key|$)/.test(message);
}

function explain(issue: Issue, value: unknown, parts: readonly z.ZodType[]): string {
  if (!isOwnMessage(issue)) return issue.message;
  if (issue.code === "unrecognized_keys") {
    const known = [...new Set(parts.flatMap((part) => (isObject(part) ? Object.keys(part.shape) : [])))];
    return issue.keys.map((key) => `there is no key "${key}"${suggestName(key, known)}`).join("; ");
  }
  const isSized = "origin" in issue && (issue.origin === "string" || issue.origin === "array");
  if (issue.code === "too_small" && isSized) return "must not be empty";
  if (issue.code === "too_big" && isSized) {
    const { length } = value as string | unknown[];
    return `expected at most ${issue.maximum} ${issue.origin === "string" ? "characters" : "entries"}, got ${length}`;
  }
  const choices = parts.flatMap((part) => (part.def.type === "enum" ? (part as z.ZodEnum).options.map(String) : []));
  const hint = typeof value === "string" && choices.length > 0 ? suggestName(value, choices) : "";
  const expected = [...new Set(parts.map(describe))].join(" or ");
  return `expected ${expected}, got ${show(value)}${hint.startsWith(",") ? hint : ""}`;
}

function describe(part: z.ZodType): string {
  const { type } = part.def;
  if (isObject(part)) return `an object with ${Object.keys(part.shape).slice(0, 8).join(", ")}`;
  if (type === "enum") return `one of ${(part as z.ZodEnum).options.map((each) => JSON.stringify(each)).join(", ")}`;
  if (type === "literal") return [...(part as z.ZodLiteral).values].map((each) => JSON.stringify(each)).join(" or ");
  if (type === "number") return describeNumber(part as z.ZodNumber);
  if (type === "string") return STRING_FORMATS[(part as z.ZodString).format ?? ""] ?? "text";
  return TYPES[type] ?? type;
}

const STRING_FORMATS: Readonly<Record<string, string>> = {
  datetime: "a time such as 2026-11-02T10:00:00Z",
  url: "an address such as http://127.0.0.1:8080/v1",
};

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  lazy: "any JSON value",
  record: "an object",
};

function describeNumber(part: z.ZodNumber): string {
  const { minValue, maxValue } = part;
  const kind = part.isInt ? "a whole number" : "a number";
  const hasMin = minValue !== null && minValue > Number.MIN_SAFE_INTEGER;
  const hasMax = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER;
  if (hasMin && hasMax) return `${kind} from ${minValue} to ${maxValue}`;
  if (hasMax) return `${kind} up to ${maxValue}`;
  return hasMin ? `${kind} from ${minValue} on` : kind;
}

function show(value: unknown): string {
  const text = typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}

function isObject(part: z.ZodType): part is z.ZodObject {
  return part.def.type === "object";
}

/** What a schema accepts at a path: several, where it is a union. */
function partsAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  return path.reduce((parts, key) => parts.flatMap((part) => stepInto(part, key)).flatMap(partsOf), partsOf(schema));
}

interface AnyDefinition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly getter?: () => z.ZodType;
}

function partsOf(schema: z.ZodType): z.ZodType[] {
  const { type, innerType, in: before, out, options } = schema.def as AnyDefinition;
  if (innerType) return partsOf(innerType);
  // What is transformed first is judged by what comes out, any other pipe by what goes in.
  if (before && out) return partsOf(before.def.type === "transform" ? out : before);
  return type === "union" && options ? options.flatMap(partsOf) : [schema];
}

function stepInto(part: z.ZodType, key: PropertyKey): z.ZodType[] {
  const { element, valueType, getter } = part.def as AnyDefinition;
  if (getter) return partsOf(getter()).flatMap((each) => stepInto(each, key));
  const inner = isObject(part)
    ? (part.shape as Record<PropertyKey, z.ZodType | undefined>)[key]
    : (element ?? valueType);
  return inner ? [inner] : [];
}
