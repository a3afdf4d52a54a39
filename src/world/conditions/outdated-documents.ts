import { z } from "zod";
import type { Json } from "../../kernel/index.ts";
import { ageValue } from "./age-value.ts";
import { changeDocuments } from "./change-documents.ts";
import { defineCondition } from "./condition.ts";

export const documentPaths = z
  .array(z.string().min(1))
  .min(1)
  .describe("paths in world.state, the state's name first, `*` for every member: `kb.articles.*.text`");

export const outdatedDocuments = defineCondition({
  name: "outdated-documents",
  sentence: "Documents are as they were some time ago: earlier dates, other deadlines, prices and limits.",
  standsFor: "an index or a cache that was not refreshed",
  schema: z.strictObject({
    at: documentPaths,
    ageDays: z.int().min(1).max(36_500).default(365),
    instead: z.json().optional().describe("what stands there then, instead of what is made from the document"),
  }),
  strength: { parameter: "ageDays", unit: "days" },
  change({ evalCase, parameters: { at, ageDays, instead }, random }) {
    const change = (found: Json) =>
      instead === undefined ? ageValue(found, { random, days: ageDays }) : (instead as Json);
    return changeDocuments(evalCase, { name: "outdated-documents", at, change });
  },
});
