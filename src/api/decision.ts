import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";
import { anyJson, jsonValue } from "./json-value.ts";

const effect = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const decisionSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("approval"),
      effect,
      decision: z.enum(["approved", "denied", "edited"]),
      arguments: jsonValue(LIMITS.messageCharactersMax).optional().describe("Instead of the asked ones, for `edited`."),
    })
    .refine(({ decision, ...rest }) => (decision === "edited") === (rest.arguments !== undefined), {
      path: ["arguments"],
      message: "belongs to `edited`, and to it alone",
    }),
  z
    .strictObject({
      kind: z.literal("doubt"),
      effect,
      decision: z.enum(["happened", "repeat", "failed"]),
      result: jsonValue(LIMITS.messageCharactersMax).optional().describe("What came back, for `happened`."),
    })
    .refine(({ decision, result }) => decision === "happened" || result === undefined, {
      path: ["result"],
      message: "belongs to `happened` alone",
    }),
]);

export const pendingDecisionSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("approval"),
    effect,
    tool: z.string(),
    arguments: anyJson,
    reason: z.string(),
    requestedAtMs: z.number(),
  }),
  z.strictObject({
    kind: z.literal("doubt"),
    effect,
    tool: z.string(),
    arguments: anyJson,
    attempt: z.number().int(),
    calledAtMs: z.number(),
  }),
]);

/** A decision or a cancel as it was kept. */
export const signalSchema = z.looseObject({
  id: z.string(),
  runId: z.string(),
  position: z.number(),
  atMs: z.number(),
  by: z.string(),
  kind: z.enum(["approval", "doubt", "message", "cancel"]),
});
