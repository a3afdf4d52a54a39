import { z } from "zod";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";

/** A member of parsed JSON that is read later, or only where it has the form hoped for. */
export const anyJson = z.custom<Json>().optional();

/** Extras that recorders add in many forms: read where they have this one, passed over elsewhere. */
export const textIfAny = z.string().nullish().catch(null);
export const numberIfAny = z.number().nullish().catch(null);

/** An id, as text; recorders write numbers too. */
export const idIfAny = z
  .union([z.string().min(1), z.number().transform(String)])
  .nullish()
  .catch(null)
  .transform((id) => id ?? null);

/** Dollars; what nothing can cost is not known. */
export const priceIfAny = z.number().nonnegative().max(1e9).nullish().catch(null);

/** Text as it is, anything else as JSON. */
export function textOfJson(value: Json): string {
  return typeof value === "string" ? value : canonicalJson(value);
}

/** The members that say something: what a recording leaves out or has as null is left out. */
export function knownMembers(members: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as JsonObject;
}

/** An object of parsed JSON, read no further; null for anything else. */
export const objectIfAny = z.custom<JsonObject>(isJsonObject).nullish().catch(null);
