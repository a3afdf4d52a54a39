import { z } from "zod";
import { inline, table } from "./markdown.ts";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What a key means, where its schema does not say it; the type only where the schema cannot tell. */
export interface Meaning {
  readonly means: string;
  readonly type?: string;
}

export interface SchemaRows {
  readonly schema: z.ZodType;
  readonly meanings: Readonly<Record<string, Meaning>>;
  /** What a key means that nothing is said of; without it such a key is refused. */
  readonly silent?: (path: string) => string;
}

/** Every key of a schema, required ones first, nested ones with their path. Throws when a key has no meaning, or a meaning no key. */
export function schemaTable({ schema, meanings, silent: sayFor }: SchemaRows): string {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", override: nameFunctions });
  const rows = rowsOf(json, "");
  const unknown = Object.keys(meanings).filter((path) => !rows.some((row) => row.path === path));
  const silent = rows
    .filter(({ path, description }) => description === "" && !meanings[path] && !sayFor)
    .map(({ path }) => path);
  if (unknown.length + silent.length > 0) {
    throw new Error(
      `meanings without a key: ${unknown.join(", ") || "none"}; keys without a meaning: ${silent.join(", ") || "none"}`,
    );
  }
  return table(
    ["Key", "Type", "", "Meaning"],
    rows.map(({ path, type, isRequired, description }) => [
      inline(path),
      meanings[path]?.type ?? type,
      isRequired ? "required" : "",
      meanings[path]?.means ?? (description === "" ? (sayFor?.(path) ?? "") : description),
    ]),
  );
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, prefix: string): Row[] {
  const entries = Object.entries(properties).sort(
    ([a], [b]) => Number(required.includes(b)) - Number(required.includes(a)),
  );
  return entries.flatMap(([name, part]) => {
    const property = typeof part === "object" ? part : {};
    const path = `${prefix}${name}`;
    const row = {
      path,
      type: typeOf(property),
      isRequired: required.includes(name),
      description: property.description ?? "",
    };
    const inner =
      property.type === "array" && isSchema(property.items) && property.items.type === "object"
        ? property.items
        : property;
    return [row, ...rowsOf(inner, inner === property ? `${path}.` : `${path}[].`)];
  });
}

function typeOf(part: JsonSchema): string {
  if (part.title !== undefined) return part.title;
  if (part.$ref !== undefined) return "any JSON value";
  if (part.enum) return part.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (part.const !== undefined) return JSON.stringify(part.const);
  const parts = part.anyOf ?? part.oneOf;
  if (parts) return [...new Set(parts.map((each) => (isSchema(each) ? typeOf(each) : "any")))].join(" | ");
  if (part.type === "array") return `list of ${isSchema(part.items) ? typeOf(part.items) : "any"}`;
  if (part.type === "object") return objectType(part);
  if (part.type === "integer" || part.type === "number") return rangeType(part);
  return [part.type ?? "any"].flat().join(" | ");
}

function objectType({ properties, additionalProperties: values }: JsonSchema): string {
  const keys = Object.keys(properties ?? {});
  if (keys.length > 0) return `{ ${keys.join(", ")} }`;
  return isSchema(values) && Object.keys(values).length > 0 ? `object of ${typeOf(values)}` : "object";
}

function rangeType(part: JsonSchema): string {
  const type = String(part.type);
  const { minimum, maximum, exclusiveMinimum } = part;
  const upper = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`;
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER)
    return `${type}, ${minimum}${upper === "" ? " or more" : upper}`;
  return exclusiveMinimum === undefined ? type : `${type}, above ${exclusiveMinimum}${upper}`;
}

function isSchema(part: unknown): part is JsonSchema {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

function nameFunctions({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  if (zodSchema._zod.def.type === "custom") jsonSchema.title ??= "function";
}
