import { z } from "zod";
import type { Route } from "./route.ts";
import { runEventsPage } from "./run-events.ts";
import { feedbackSchema, listTracesQuery, sendFeedbackSchema, tracePage, traceSchema } from "./trace.ts";

const READ = { role: "operator", scopes: ["traces:read"], orScope: "traces:read" } as const;
const WRITE = { role: "operator", scopes: ["traces:write"], orScope: "traces:write" } as const;

/** Traces of everybody's agents: sent by OpenTelemetry's exporters, looked at by operators. */
export const TRACE_ROUTES = {
  "traces.collect": {
    method: "POST",
    path: "/v1/traces",
    summary: "Take spans by OTLP over HTTP: protobuf or JSON, packed or not. Durable once answered.",
    needs: WRITE,
    isForeign: true,
    headers: { "Content-Encoding": "gzip, deflate, br or zstd." },
    answers: {
      200: { description: "Taken; `partialSuccess` says what was refused, and why." },
      400: { description: "Not to be read: sending it again will not help." },
      503: { description: "Not now: send it again." },
    },
  },
  "traces.list": {
    method: "GET",
    path: "/v1/traces",
    summary: "List runs of all origins, newest first: live ones, trials, and those that others' telemetry told of.",
    needs: READ,
    query: listTracesQuery,
    answers: { 200: { description: "A page of traces.", schema: tracePage } },
  },
  "traces.get": {
    method: "GET",
    path: "/v1/traces/:id",
    summary: "Read what is known of one run, by its id, its trace's, or the beginning of either.",
    needs: READ,
    answers: { 200: { description: "The trace.", schema: traceSchema } },
  },
  "traces.events": {
    method: "GET",
    path: "/v1/traces/:id/events",
    summary: "Read the whole log of a run.",
    needs: READ,
    answers: { 200: { description: "All events.", schema: runEventsPage } },
  },
  "traces.feedback": {
    method: "POST",
    path: "/v1/traces/:id/feedback",
    summary: "Say what people thought of a run, or what happened after it.",
    needs: WRITE,
    body: sendFeedbackSchema,
    answers: { 201: { description: "The feedback as it was kept.", schema: feedbackSchema } },
  },
  "traces.list-feedback": {
    method: "GET",
    path: "/v1/traces/:id/feedback",
    summary: "Read what people said of a run.",
    needs: READ,
    answers: { 200: { description: "In order of time.", schema: z.array(feedbackSchema) } },
  },
} as const satisfies Record<string, Route>;
