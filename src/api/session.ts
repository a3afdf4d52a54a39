import { z } from "zod";
import { anyObject, metadata } from "./json-value.ts";
import { pageOf, pageQuery } from "./page.ts";
import { userId } from "./user.ts";

export const SESSION_ID = /^[A-Za-z0-9._:-]{1,128}$/;

export const sessionSchema = z.strictObject({
  id: z.string(),
  agent: z.string(),
  ownerId: z.string(),
  state: anyObject,
  metadata: anyObject,
  createdAtMs: z.number(),
  closedAtMs: z.number().nullable(),
});

const name = z.string().min(1).max(128);

export const createSessionSchema = z.strictObject({
  agent: name.describe("The agent's name."),
  id: z
    .string()
    .regex(SESSION_ID, "expected 1 to 128 letters, digits, dots, colons, dashes and underscores")
    .optional()
    .describe("One is made where it is left out."),
  userId: userId.optional().describe("The owner, for operators; otherwise the caller."),
  metadata: metadata.optional(),
});

export const listSessionsQuery = z.strictObject({ agent: name.optional(), userId: userId.optional(), ...pageQuery });
export const sessionPage = pageOf(sessionSchema);

const toolRequest = z.strictObject({ callId: z.string(), tool: z.string(), arguments: z.json() });
export const messageSchema = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "user"]), content: z.string() }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.string(),
    reasoning: z.string().optional(),
    toolRequests: z.array(toolRequest).optional(),
  }),
  z.strictObject({
    role: z.literal("tool"),
    callId: z.string(),
    tool: z.string(),
    result: z.json(),
    isError: z.boolean().optional(),
  }),
]);
