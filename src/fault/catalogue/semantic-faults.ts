import { z } from "zod";
import type { Json } from "../../kernel/index.ts";
import { ANYWHERE, faultKinds, share, wait } from "./fault-kind.ts";

export const SEMANTIC_FAULTS = faultKinds("semantic", [
  {
    name: "response-lost",
    fits: ANYWHERE,
    sides: ["after"],
    meaning: "The work is done, but the answer never arrives: the connection breaks.",
  },
  { name: "duplicate-delivery", fits: ANYWHERE, meaning: "The other side receives the call twice." },
  {
    name: "out-of-order",
    fits: ANYWHERE,
    short: "delayMs",
    parameters: { delayMs: wait(1_000, "that the call is overtaken by") },
    meaning: "The call arrives {delayMs} late, after calls that were made later.",
  },
  {
    name: "read-after-write-lag",
    fits: ["tool", "http", "mcp"],
    sides: ["after"],
    meaning: "A read shows what the same read showed before: the last write is not visible yet.",
  },
  {
    name: "partial-batch",
    fits: ["tool", "http", "mcp"],
    short: "share",
    parameters: { share: share(0.5, "of the entries that are worked on") },
    meaning: "Of the entries of a batch only {share} are worked on, and the answer does not say so.",
  },
  {
    name: "lost-update",
    fits: ["tool", "http", "mcp"],
    short: "answer",
    parameters: {
      answer: (z.json() as z.ZodType<Json>).default({ ok: true }).describe("that the caller gets"),
    },
    meaning: "The call is answered as if it had worked, and nothing is done.",
  },
]);
