import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const runEventsQuery = z.strictObject({
  lastEventId: seq.optional().describe("The last event seen, where the header `Last-Event-ID` cannot be set."),
  fromSeq: seq.default(0).describe("For application/json: the first event wanted."),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(LIMITS.pageRowsMax),
});

/** One event as clients see it: `src/api/public-event.ts` has the types. */
export const publicEventSchema = z.looseObject({ type: z.string(), atMs: z.number(), seq: z.number().int() });

export const runEventsPage = z.strictObject({
  items: z.array(publicEventSchema),
  nextSeq: z.number().int().describe("Hand it over as `fromSeq` to read on."),
  isComplete: z.boolean().describe("True when no further event can come."),
});

export const durableStreamQuery = z.strictObject({
  offset: z
    .string()
    .regex(/^(-1|now|\d{16})$/, "is no offset of this stream")
    .optional()
    .describe("`-1` the beginning, `now` the end, or the `Stream-Next-Offset` of an answer before."),
  live: z.enum(["long-poll", "sse"]).optional(),
  cursor: z.string().max(64).optional(),
});
