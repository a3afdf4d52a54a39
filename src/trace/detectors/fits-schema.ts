import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";

/** Deeper, and in lists longer than this, nothing is looked at. */
const DEPTH_MAX = 8;
const ELEMENTS_MAX = 100;

/**
 * Where a value does not fit a JSON Schema, or null. Only what is plainly wrong: `type`, `required`, `properties`,
 * `additionalProperties: false`, `enum`, `const` and `items`; every other word of the schema is taken as kept.
 */
export function schemaViolation(
  value: Json | undefined,
  schema: Json | undefined,
  path = "",
  depth = 0,
): string | null {
  if (!isJsonObject(schema) || depth > DEPTH_MAX || value === undefined) return null;
  const where = path === "" ? "the arguments" : path;
  const typed = typeViolation(value, schema["type"], where);
  if (typed !== null) return typed;
  const allowed = schema["const"] === undefined ? schema["enum"] : [schema["const"]];
  if (Array.isArray(allowed) && !allowed.some((each) => canonicalJson(each as Json) === canonicalJson(value))) {
    return `${where} is none of the values allowed`;
  }
  if (isJsonObject(value)) return objectViolation(value, schema, { path, where, depth });
  if (!Array.isArray(value)) return null;
  for (const [index, element] of value.slice(0, ELEMENTS_MAX).entries()) {
    const found = schemaViolation(element as Json, schema["items"], `${path}[${index}]`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

interface Place {
  readonly path: string;
  readonly where: string;
  readonly depth: number;
}

function objectViolation(value: JsonObject, schema: JsonObject, { path, where, depth }: Place): string | null {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const missing = required.find((name) => typeof name === "string" && value[name] === undefined);
  if (missing !== undefined) return `${where} lacks ${String(missing)}`;
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  for (const [name, member] of Object.entries(value)) {
    const isDeclared = Object.hasOwn(properties, name);
    const isStrict = schema["additionalProperties"] === false && schema["patternProperties"] === undefined;
    if (!isDeclared && isStrict) return `${where} has ${name}, which does not exist`;
    if (!isDeclared) continue;
    const found = schemaViolation(member, properties[name], path === "" ? name : `${path}.${name}`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function typeViolation(value: Json, type: Json | undefined, where: string): string | null {
  const types = typeof type === "string" ? [type] : Array.isArray(type) ? type : [];
  if (types.length === 0 || types.some((each) => isOfType(value, each as Json))) return null;
  return `${where} is ${nameOfType(value)}, not ${types.join(" or ")}`;
}

function isOfType(value: Json, type: Json): boolean {
  switch (type) {
    case "object":
      return isJsonObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return true;
  }
}

function nameOfType(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
