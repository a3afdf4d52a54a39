import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";
import { anyJson, jsonValue } from "./json-value.ts";
import { limitQuery } from "./page.ts";

export const memoryEntrySchema = z.strictObject({
  scope: z.strictObject({ kind: z.enum(["user", "agent"]), id: z.string() }),
  key: z.string(),
  value: anyJson,
  version: z.number().int(),
  updatedAtMs: z.number(),
  runId: z.string().nullable(),
});

const key = z.string().min(1).max(LIMITS.memoryKeyCharactersMax);

export const listMemoryQuery = z
  .strictObject({
    q: z.string().min(1).max(LIMITS.memorySearchCharactersMax).optional().describe("Words to search for."),
    prefix: key.optional(),
    limit: limitQuery,
    after: key.optional().describe("`next` of the page before."),
  })
  .refine(({ q, prefix, after }) => q === undefined || (prefix === undefined && after === undefined), {
    path: ["q"],
    message: "goes without `prefix` and `after`: the best come first",
  });

export const memoryPage = z.strictObject({ items: z.array(memoryEntrySchema), next: z.string().nullable() });
export const memoryVersionsQuery = z.strictObject({ limit: limitQuery });
export const memoryVersions = z.strictObject({ items: z.array(memoryEntrySchema) });
export const writeMemorySchema = z.strictObject({ value: jsonValue(LIMITS.requestBodyBytesMax) });
export const erasedMemorySchema = z.strictObject({ memories: z.number().int() });
