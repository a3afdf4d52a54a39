import { z } from "zod";
import { ANYWHERE, count, EITHER_SIDE, faultKinds, text, wait } from "./fault-kind.ts";

/** Status and message of the faults that are no more than that. */
export const PLAIN_STATUS: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  "bad-request": { status: 400, message: "The request is malformed" },
  unauthorized: { status: 401, message: "Authentication is required" },
  forbidden: { status: 403, message: "You do not have access to this resource" },
  "not-found": { status: 404, message: "The resource does not exist" },
  "request-timeout": { status: 408, message: "The request took too long to arrive" },
  conflict: { status: 409, message: "The resource was changed by another request" },
  "payload-too-large": { status: 413, message: "The request is too large" },
  "server-error": { status: 500, message: "Internal server error" },
  "bad-gateway": { status: 502, message: "Bad gateway" },
  unavailable: { status: 503, message: "The service is temporarily unavailable" },
  "gateway-timeout": { status: 504, message: "The upstream server did not answer in time" },
  overloaded: { status: 529, message: "Overloaded" },
};

export const STATUS_FAULTS = faultKinds("status", [
  ...Object.entries(PLAIN_STATUS).map(([name, { status, message }]) => ({
    name,
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    short: "message",
    parameters: { message: text(message, "of the error") },
    meaning: `The call is answered with status ${status}: {message}.`,
  })),
  {
    name: "status",
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    short: "status",
    parameters: {
      status: z.number().int().min(400).max(599).default(500).describe("of the answer"),
      message: text("The request failed", "of the error"),
    },
    meaning: "The call is answered with status {status}: {message}.",
  },
  {
    name: "token-expired",
    fits: ANYWHERE,
    short: "refresh",
    parameters: {
      refresh: z
        .enum(["works", "fails"])
        .default("works")
        .describe("what becomes of asking for a new token: `fails` refuses that too"),
    },
    meaning: "The access token has expired: calls with it are answered with status 401, and a refresh {refresh}.",
  },
  {
    name: "rate-limit",
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    short: "retryAfterMs",
    parameters: {
      retryAfterMs: wait(2_000, "that Retry-After asks the caller to wait"),
      retryAfterForm: z
        .enum(["seconds", "date", "absent", "absurd"])
        .default("seconds")
        .describe("how Retry-After is written; `absurd` asks for eleven days"),
    },
    meaning: "The call is answered with status 429; Retry-After ({retryAfterForm}) says {retryAfterMs}.",
  },
  {
    name: "redirect-loop",
    fits: ["tool", "http", "model", "mcp"],
    short: "status",
    parameters: { status: count(302, "301, 302, 303, 307 or 308", 308) },
    meaning: "The call is redirected to where it came from, without end.",
  },
]);
