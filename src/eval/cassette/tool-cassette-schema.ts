import { z } from "zod";

/** Raised when a line's meaning changes; other versions are refused. */
export const TOOL_CASSETTE_VERSION = 1;

const error = z.strictObject({
  name: z.string(),
  message: z.string(),
  status: z.number().optional(),
  retryAfterMs: z.number().optional(),
  where: z.string().optional(),
});

const declaration = z.strictObject({
  name: z.string(),
  risk: z.enum(["read", "write", "irreversible"]),
  isIdempotent: z.boolean(),
  needsApproval: z.boolean(),
  permissions: z.array(z.string()),
  purpose: z.enum(["escalation", "draft", "notification", "retrieval", "action"]),
});

const source = z.strictObject({ id: z.string(), version: z.string().optional(), updatedAtMs: z.number().optional() });

/** The first line. */
export const headerLine = z.strictObject({
  aegis: z.literal("tool-cassette"),
  version: z.literal(TOOL_CASSETTE_VERSION),
  tools: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string().optional(),
      inputSchema: z.record(z.string(), z.json()).optional(),
      declaration: declaration.optional(),
    }),
  ),
});

/** Begins a recorded run; all lines up to the next such line are its own. */
export const takeLine = z.strictObject({
  take: z.string().min(1),
  agent: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }),
  instructions: z.string().optional(),
  ended: z.strictObject({
    outcome: z.enum(["answered", "failed", "timeout", "exited", "cancelled"]),
    error: error.optional(),
  }),
});

/** Begins a turn. */
export const userLine = z.strictObject({ user: z.string() });

export const modelLine = z.strictObject({
  model: z.strictObject({
    role: z.literal("assistant"),
    content: z.string(),
    reasoning: z.string().optional(),
    toolRequests: z.array(z.strictObject({ callId: z.string(), tool: z.string(), arguments: z.json() })).optional(),
  }),
});

export const toolLine = z
  .strictObject({
    tool: z.string(),
    callId: z.string(),
    arguments: z.json(),
    result: z.json().optional(),
    error: error.optional(),
    durationMs: z.number().min(0),
    byFault: z.literal(true).optional(),
    sources: z.array(source).optional(),
    labels: z.array(z.string()).optional(),
  })
  .refine((line) => (line.result === undefined) !== (line.error === undefined), {
    message: "expected either a result or an error",
  });

export const answerLine = z.strictObject({ answer: z.string() });
