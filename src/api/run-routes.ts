import { z } from "zod";
import { decisionSchema, pendingDecisionSchema, signalSchema } from "./decision.ts";
import type { Route } from "./route.ts";
import { listRunsQuery, runPage, runSchema } from "./run.ts";
import { durableStreamQuery, publicEventSchema, runEventsPage, runEventsQuery } from "./run-events.ts";

const READ = { role: "user", scopes: ["sessions:read"] } as const;

export const RUN_ROUTES = {
  "runs.list": {
    method: "GET",
    path: "/v1/runs",
    summary: "List runs, newest first.",
    needs: READ,
    query: listRunsQuery,
    answers: { 200: { description: "A page of runs.", schema: runPage } },
  },
  "runs.get": {
    method: "GET",
    path: "/v1/runs/:id",
    summary: "Read what is known of a run.",
    needs: { ...READ, owns: "run" },
    answers: { 200: { description: "The run.", schema: runSchema } },
  },
  "runs.events": {
    method: "GET",
    path: "/v1/runs/:id/events",
    summary: "Follow a run's events as server-sent events, or read a page of them as JSON.",
    needs: { ...READ, owns: "run" },
    query: runEventsQuery,
    headers: {
      "Last-Event-ID": "The last event seen.",
      Accept: "`application/json` for a page; server-sent events otherwise.",
    },
    answers: {
      200: { description: "A page of events, or the stream.", schema: runEventsPage },
      204: { description: "All has been seen: nothing can follow." },
    },
  },
  "runs.stream": {
    method: "GET",
    path: "/v1/runs/:id/stream",
    summary: "Read a run's events by the Durable Streams protocol.",
    needs: { ...READ, owns: "run" },
    query: durableStreamQuery,
    answers: {
      200: { description: "Events from the offset on.", schema: z.array(publicEventSchema) },
      204: { description: "Nothing new within the time of a long-poll." },
      304: { description: "As before: the `ETag` still holds." },
    },
  },
  "runs.stream-head": {
    method: "HEAD",
    path: "/v1/runs/:id/stream",
    summary: "Ask where a run's stream ends.",
    needs: { ...READ, owns: "run" },
    answers: { 200: { description: "`Stream-Next-Offset` says it." } },
  },
  "runs.decisions": {
    method: "GET",
    path: "/v1/runs/:id/decisions",
    summary: "List what a run waits for a person to decide.",
    needs: { ...READ, owns: "run" },
    answers: { 200: { description: "What is to be decided.", schema: z.array(pendingDecisionSchema) } },
  },
  "runs.decide": {
    method: "POST",
    path: "/v1/runs/:id/decisions",
    summary: "Decide an approval, or say what became of a call in doubt.",
    needs: { role: "operator", scopes: ["approvals:decide"], orScope: "approvals:decide", owns: "run" },
    body: decisionSchema,
    answers: { 202: { description: "The decision as it was kept.", schema: signalSchema } },
  },
  "runs.cancel": {
    method: "POST",
    path: "/v1/runs/:id/cancel",
    summary: "Cancel a run. Said again, it changes nothing.",
    needs: { role: "user", scopes: ["sessions:write"], owns: "run" },
    body: z.strictObject({}),
    isBodyOptional: true,
    answers: { 202: { description: "The run.", schema: runSchema } },
  },
} as const satisfies Record<string, Route>;
