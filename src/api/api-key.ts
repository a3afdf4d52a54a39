import { z } from "zod";
import { ACCESS_SCOPES } from "../domain/index.ts";
import { limitQuery } from "./page.ts";
import { userId } from "./user.ts";

export const roleSchema = z.enum(["user", "operator", "admin"]);
export const scopeSchema = z.enum(ACCESS_SCOPES);

/** A key as it is shown: never its secret, nor the secret's hash. */
export const apiKeySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  scopes: z.array(scopeSchema).nullable().describe("Null: everything the role may."),
  userId: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
});

export const createApiKeySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/, "expected 1 to 64 letters, digits, dots, spaces, dashes, underscores"),
  role: roleSchema,
  scopes: z.array(scopeSchema).max(6).optional(),
  userId: userId.optional().describe("Whom it acts for; its name where left out."),
  expiresAtMs: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});

const DAY_MS = 24 * 60 * 60 * 1000;

export const rotateApiKeySchema = z.strictObject({
  graceMs: z
    .number()
    .int()
    .min(0)
    .max(90 * DAY_MS)
    .default(DAY_MS)
    .describe("How long the old secret goes on being valid."),
});

export const madeApiKeySchema = z.strictObject({
  key: apiKeySchema,
  secret: z.string().describe("Shown once: it is not stored."),
});
export const listApiKeysQuery = z.strictObject({ limit: limitQuery });
export const apiKeyList = z.strictObject({ items: z.array(apiKeySchema) });
