import { z } from "zod";
import { isJsonObject, type Json, type JsonObject, LIMITS } from "../kernel/index.ts";

/** Any JSON value: what a body holds has been parsed as JSON already, so that only a missing one is wrong. */
export function jsonValue(charactersMax: number): z.ZodType<Json> {
  return z
    .custom<Json>((value) => value !== undefined, "is missing")
    .refine((value) => isShorter(value, charactersMax), `expected at most ${charactersMax} characters of JSON`);
}

export const metadata: z.ZodType<JsonObject> = z
  .custom<JsonObject>(isJsonObject, "expected an object")
  .refine(
    (value) => isShorter(value, LIMITS.metadataBytesMax),
    `expected at most ${LIMITS.metadataBytesMax} characters of JSON`,
  )
  .meta({ type: "object", description: "The caller's own labels; Aegis does not read them." });

/** In answers: whatever it is. */
export const anyJson: z.ZodType<Json> = z.custom<Json>();
export const anyObject: z.ZodType<JsonObject> = z.custom<JsonObject>().meta({ type: "object" });

function isShorter(value: Json, charactersMax: number): boolean {
  return JSON.stringify(value).length <= charactersMax;
}
