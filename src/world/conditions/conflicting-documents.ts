import { z } from "zod";
import { equalJson, isJsonObject, type Json, type Random } from "../../kernel/index.ts";
import { pick } from "../users/draw.ts";
import { ageValue } from "./age-value.ts";
import { changeDocuments } from "./change-documents.ts";
import { defineCondition } from "./condition.ts";
import { documentPaths } from "./outdated-documents.ts";

export const conflictingDocuments = defineCondition({
  name: "conflicting-documents",
  sentence: "Beside each document lies an older one that says something else.",
  standsFor: "several versions of one policy in one knowledge base",
  schema: z.strictObject({
    at: documentPaths.describe("paths of the collections in world.state: a list of documents, or an object of them"),
    ageDays: z.int().min(1).max(36_500).default(365).describe("by how much the other one is older"),
  }),
  strength: { parameter: "ageDays", unit: "days" },
  change({ evalCase, parameters: { at, ageDays }, random }) {
    const older = (document: Json) => {
      const aged = ageValue(document, { random, days: ageDays });
      return equalJson(aged, document) ? undefined : renamed(aged);
    };
    const change = (found: Json) => withOlder(found, older, random);
    return changeDocuments(evalCase, { name: "conflicting-documents", at, change });
  },
});

const SUFFIXES = ["-old", "-copy", "-archive", "-v1"] as const;

/** Which of the two comes first is drawn: an agent that takes the first or the last is right half the time. */
function withOlder(collection: Json, older: (document: Json) => Json | undefined, random: Random): Json {
  const both = <Entry>(now: Entry, then: Entry): Entry[] => (random() < 0.5 ? [now, then] : [then, now]);
  if (Array.isArray(collection)) {
    return (collection as readonly Json[]).flatMap((document) => {
      const then = older(document);
      return then === undefined ? [document] : both(document, then);
    });
  }
  if (!isJsonObject(collection)) return collection;
  const entries = Object.entries(collection);
  const taken = new Set(entries.map(([key]) => key));
  const doubled = entries.flatMap(([key, document = null]) => {
    const then = older(document);
    if (then === undefined) return [[key, document] as const];
    const suffix = pick(SUFFIXES, random);
    const name = taken.has(key + suffix) ? `${key}${suffix}-conflicting` : key + suffix;
    return both([key, document] as const, [name, then] as const);
  });
  return Object.fromEntries(doubled);
}

/** Two documents of one id would be one to whoever looks them up. */
function renamed(document: Json): Json {
  return isJsonObject(document) && typeof document["id"] === "string"
    ? { ...document, id: `${document["id"]}-old` }
    : document;
}
