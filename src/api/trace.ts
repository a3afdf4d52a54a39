import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";
import { metadata } from "./json-value.ts";
import { pageOf, pageQuery } from "./page.ts";

const OUTCOMES = ["answered", "failed", "timeout", "exited", "cancelled", "unknown"] as const;
export const traceOrigin = z.enum(["live", "trial", "observed"]);
export const traceOutcome = z.enum(OUTCOMES);

export const findingSchema = z.strictObject({
  detector: z.string(),
  severity: z.enum(["high", "medium", "low"]),
  explanation: z.string(),
  evidence: z.array(z.number().int()).describe("Sequence numbers of the events it rests on."),
});

export const traceSchema = z.strictObject({
  runId: z.string(),
  traceId: z.string().nullable(),
  origin: traceOrigin,
  session: z.string().nullable(),
  agent: z.strictObject({ name: z.string(), version: z.string() }),
  user: z.string().nullable(),
  models: z.array(z.string()),
  tools: z.array(z.string()),
  startedAtMs: z.number(),
  durationMs: z.number(),
  outcome: traceOutcome,
  costMicroUsd: z.number().nullable(),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  modelCallCount: z.number().int(),
  toolCallCount: z.number().int(),
  errorCount: z.number().int(),
  spanCount: z.number().int(),
  findings: z.array(findingSchema),
  title: z.string(),
});

const name = z.string().min(1).max(512);
const atLeast = z.coerce.number().min(0);

export const listTracesQuery = z.strictObject({
  ...pageQuery,
  origin: traceOrigin.optional(),
  agent: name.optional(),
  version: name.optional(),
  user: name.optional(),
  session: name.optional(),
  outcome: traceOutcome.optional(),
  tool: name.optional().describe("one that was called"),
  model: name.optional(),
  finding: name.optional().describe("a detector's name; `any` for runs with a finding at all"),
  startedFromMs: atLeast.optional(),
  startedToMs: atLeast.optional(),
  costMicroUsdMin: atLeast.optional(),
  durationMsMin: atLeast.optional(),
  errorCountMin: atLeast.optional(),
  text: z.string().min(1).max(LIMITS.traceSearchCharactersMax).optional().describe("full text: all of its words"),
});
export const tracePage = pageOf(traceSchema);

export const sendFeedbackSchema = z.strictObject({
  kind: z.enum(["rating", "outcome"]).describe("What a person said of the run, or what happened after it."),
  name: z.string().min(1).max(128).describe("What was rated or what happened, e.g. `helpful`, `ticket.reopened`."),
  score: z.number().min(0).max(1).describe("0 is bad, 1 is good."),
  comment: z.string().max(16_384).optional(),
  attributes: metadata.optional(),
});

export const feedbackSchema = sendFeedbackSchema.extend({
  id: z.string(),
  runId: z.string(),
  atMs: z.number(),
  by: z.string(),
});
