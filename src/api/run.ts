import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";
import { anyJson, anyObject, jsonValue, metadata } from "./json-value.ts";
import { pageOf, pageQuery } from "./page.ts";

export const runStatus = z.enum(["queued", "running", "paused", "ended"]);

export const runSchema = z.strictObject({
  id: z.string(),
  sessionId: z.string(),
  ownerId: z.string(),
  agent: z.string(),
  version: z.string(),
  input: z.strictObject({ message: z.string(), data: anyJson.optional() }),
  status: runStatus,
  pausedOn: z.enum(["approval", "sleep", "doubt", "version"]).nullable(),
  wakeAtMs: z.number().nullable(),
  outcome: z.enum(["answered", "failed", "timeout", "exited", "cancelled"]).nullable(),
  attempt: z.number().int(),
  workerId: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
  metadata: anyObject,
  position: z.number(),
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
});

export const startRunSchema = z.strictObject({
  message: z.string().min(1).max(LIMITS.messageCharactersMax),
  data: jsonValue(LIMITS.messageCharactersMax).optional().describe("Structured input, for agents that take it."),
  whenBusy: z
    .enum(["queue", "steer", "interrupt"])
    .optional()
    .describe("While the session is at work: wait (the default), be taken in by the run under way, or cancel it."),
  metadata: metadata.optional(),
});

export const startedRunSchema = z.strictObject({ run: runSchema, how: z.enum(["started", "found", "steered"]) });

export const listSessionRunsQuery = z.strictObject(pageQuery);
export const listRunsQuery = z.strictObject({
  status: runStatus.optional(),
  agent: z.string().min(1).max(128).optional(),
  ...pageQuery,
});
export const runPage = pageOf(runSchema);
