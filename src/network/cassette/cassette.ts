import { z } from "zod";
import type { EdgeMode, Exchange } from "../exchange.ts";

/** Grows when a reader of the version before would misread a file. */
export const CASSETTE_VERSION = 1;

/** The first line of the file. */
export const cassetteHeaderSchema = z.strictObject({
  aegis: z.literal("cassette"),
  version: z.literal(CASSETTE_VERSION),
  /** ISO 8601. */
  recordedAt: z.iso.datetime(),
});

export type CassetteHeader = z.infer<typeof cassetteHeaderSchema>;

const headers = z.array(z.tuple([z.string(), z.string()]));
const count = z.int().min(0);
const duration = z.number().min(0);
/** Not Zod's own: its pattern runs out of stack on megabytes. */
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, "expected bytes as base64");
const bodySchema = z.union([z.strictObject({ utf8: z.string() }), z.strictObject({ base64 })]);

/** Any further line: one exchange, its secrets replaced. */
export const cassetteLineSchema = z.strictObject({
  index: count,
  /** What the request is found by when nothing of it is ignored; for readers of the file, replay works it out anew. */
  key: z.string(),
  startedAtMs: z.number(),
  method: z.string().min(1),
  url: z.url(),
  mode: z.enum(["base-url", "proxy", "intercepted"]) satisfies z.ZodType<EdgeMode>,
  httpVersion: z.enum(["1.1", "2"]),
  requestHeaders: headers,
  requestBody: bodySchema,
  requestBodyIsWhole: z.boolean(),
  response: z
    .strictObject({
      status: z.int().min(100).max(999),
      headers,
      headMs: duration,
      /** Milliseconds since the piece before, and its bytes. */
      chunks: z.array(z.tuple([duration, base64])),
      isWhole: z.boolean(),
    })
    .optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  durationMs: duration,
  from: z.enum(["live", "cassette", "fault", "policy"]) satisfies z.ZodType<Exchange["from"]>,
  fault: z.string().optional(),
  /** How many values were hidden, by kind. */
  redacted: z.record(z.string(), count),
});

export type CassetteLine = z.infer<typeof cassetteLineSchema>;

/** A recorded exchange, ready to be compared and replayed. */
export interface CassetteEntry {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly key: string;
  /** From 0: how many requests with the same key came before it. */
  readonly occurrence: number;
  readonly exchange: Exchange;
  readonly redacted: Readonly<Record<string, number>>;
}

export interface Cassette {
  readonly header: CassetteHeader;
  /** In the order the requests came. */
  readonly entries: readonly CassetteEntry[];
}
