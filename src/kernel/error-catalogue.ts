import type { CatalogueEntry } from "./catalogue-entry.ts";
import { EVALUATION_ERRORS } from "./evaluation-errors.ts";
import { FOUNDATION_ERRORS } from "./foundation-errors.ts";
import { SERVING_ERRORS } from "./serving-errors.ts";

/** Every failure Aegis can name; `docs/reference/errors.md` is generated from it. */
export const ERROR_CATALOGUE = {
  ...FOUNDATION_ERRORS,
  ...SERVING_ERRORS,
  ...EVALUATION_ERRORS,
} as const satisfies Record<string, CatalogueEntry>;
