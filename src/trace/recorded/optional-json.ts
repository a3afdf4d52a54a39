import { z } from "zod";
import { canonicalJson, type Json } from "../../kernel/index.ts";

/** A member of parsed JSON that is read later, or only where it has the form hoped for. */
export const anyJson = z.custom<Json>().optional();

/** Extras that recorders add in many forms: read where they have this one, passed over elsewhere. */
export const textIfAny = z.string().nullish().catch(null);
export const numberIfAny = z.number().nullish().catch(null);

/** Text as it is, anything else as JSON. */
export function textOfJson(value: Json): string {
  return typeof value === "string" ? value : canonicalJson(value);
}
