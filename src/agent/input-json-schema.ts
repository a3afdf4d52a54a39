import { isJsonObject, type JsonObject } from "../kernel/index.ts";

type ToJsonSchema = (options: { readonly target: "draft-07" }) => unknown;

/** It is logged with every request for approval. */
const SCHEMA_LENGTH_MAX = 65_536;

/**
 * What arguments a schema takes, as JSON Schema, told by the schema itself: zod and others by the Standard JSON Schema,
 * the AI SDK's `jsonSchema(...)` by its own. Undefined where a schema cannot tell, or not at once.
 */
export function inputJsonSchema(schema: unknown): JsonObject | undefined {
  try {
    return jsonObject(told(typeof schema === "function" && !("~standard" in schema) ? (schema() as unknown) : schema));
  } catch {
    // Dates and the like have no JSON Schema: the tool then judges its input alone.
    return undefined;
  }
}

function told(schema: unknown): unknown {
  const { "~standard": standard, jsonSchema } = schema as {
    readonly "~standard"?: { readonly jsonSchema?: { readonly input: ToJsonSchema } };
    readonly jsonSchema?: unknown;
  };
  return standard?.jsonSchema?.input({ target: "draft-07" }) ?? jsonSchema;
}

/** Only what JSON can say: schemas may carry functions of their library. */
function jsonObject(value: unknown): JsonObject | undefined {
  if (typeof value !== "object" || value === null || value instanceof Promise) return undefined;
  const text = JSON.stringify(value);
  if (text.length > SCHEMA_LENGTH_MAX) return undefined;
  const plain: unknown = JSON.parse(text);
  return isJsonObject(plain) && Object.keys(plain).length > 0 ? plain : undefined;
}
