import { z } from "zod";
import { readinessSchema } from "./agent.ts";
import type { Route } from "./route.ts";

const ANYBODY = { role: null } as const;

export const PROBE_ROUTES = {
  "openapi.read": {
    method: "GET",
    path: "/v1/openapi.json",
    summary: "This document.",
    needs: ANYBODY,
    answers: { 200: { description: "OpenAPI 3.1." } },
  },
  "health.read": {
    method: "GET",
    path: "/health",
    summary: "Is the process alive?",
    needs: ANYBODY,
    answers: { 200: { description: "It is.", schema: z.strictObject({ status: z.literal("ok") }) } },
  },
  "ready.read": {
    method: "GET",
    path: "/ready",
    summary: "Should it get requests?",
    needs: ANYBODY,
    answers: {
      200: { description: "It should.", schema: readinessSchema },
      503: { description: "Not now: it is draining, or the store does not answer.", schema: readinessSchema },
    },
  },
} as const satisfies Record<string, Route>;
