import { z } from "zod";
import { agentList, workerList } from "./agent.ts";
import type { Route } from "./route.ts";
import { listSessionRunsQuery, runPage, startedRunSchema, startRunSchema } from "./run.ts";
import { createSessionSchema, listSessionsQuery, messageSchema, sessionPage, sessionSchema } from "./session.ts";

const READ = { role: "user", scopes: ["sessions:read"] } as const;
const WRITE = { role: "user", scopes: ["sessions:write"] } as const;

export const SESSION_ROUTES = {
  "agents.list": {
    method: "GET",
    path: "/v1/agents",
    summary: "List the agents, their versions and the shares of each.",
    needs: READ,
    answers: { 200: { description: "The agents.", schema: agentList } },
  },
  "workers.list": {
    method: "GET",
    path: "/v1/workers",
    summary: "List the processes that perform runs.",
    needs: { role: "operator", scopes: ["sessions:read"] },
    answers: { 200: { description: "The workers, in order of start.", schema: workerList } },
  },
  "sessions.create": {
    method: "POST",
    path: "/v1/sessions",
    summary: "Begin a session with an agent.",
    needs: WRITE,
    body: createSessionSchema,
    answers: { 201: { description: "The session.", schema: sessionSchema } },
  },
  "sessions.list": {
    method: "GET",
    path: "/v1/sessions",
    summary: "List sessions, newest first.",
    needs: READ,
    query: listSessionsQuery,
    answers: { 200: { description: "A page of sessions.", schema: sessionPage } },
  },
  "sessions.get": {
    method: "GET",
    path: "/v1/sessions/:id",
    summary: "Read a session.",
    needs: { ...READ, owns: "session" },
    answers: { 200: { description: "The session.", schema: sessionSchema } },
  },
  "sessions.erase": {
    method: "DELETE",
    path: "/v1/sessions/:id",
    summary: "Erase a session, its runs and their logs.",
    needs: { ...WRITE, owns: "session" },
    answers: { 204: { description: "It is gone." } },
  },
  "sessions.close": {
    method: "POST",
    path: "/v1/sessions/:id/close",
    summary: "Cancel what runs and take no further message.",
    needs: { ...WRITE, owns: "session" },
    body: z.strictObject({}),
    isBodyOptional: true,
    answers: { 200: { description: "The session.", schema: sessionSchema } },
  },
  "sessions.messages": {
    method: "GET",
    path: "/v1/sessions/:id/messages",
    summary: "Read what was said in all runs of a session.",
    needs: { ...READ, owns: "session" },
    answers: { 200: { description: "The conversation.", schema: z.array(messageSchema) } },
  },
  "sessions.start-run": {
    method: "POST",
    path: "/v1/sessions/:id/runs",
    summary: "Send a message. The run is durable when the answer comes.",
    needs: { ...WRITE, owns: "session" },
    body: startRunSchema,
    headers: {
      "Idempotency-Key": "The same key in the same session names the same run.",
      Accept: "`text/event-stream` for the run's events at once; the header `Aegis-Run-Id` then names the run.",
    },
    answers: {
      202: { description: "The run was accepted.", schema: startedRunSchema },
      200: { description: "The run's events.", contentType: "text/event-stream" },
    },
  },
  "sessions.runs": {
    method: "GET",
    path: "/v1/sessions/:id/runs",
    summary: "List the runs of a session, newest first.",
    needs: { ...READ, owns: "session" },
    query: listSessionRunsQuery,
    answers: { 200: { description: "A page of runs.", schema: runPage } },
  },
} as const satisfies Record<string, Route>;
