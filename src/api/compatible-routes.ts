import { agentModelList, agentModelSchema } from "./agent-model.ts";
import type { Route } from "./route.ts";

const READ = { role: "user", scopes: ["sessions:read"] } as const;
const WRITE = { role: "user", scopes: ["sessions:write"] } as const;

/** Routes that speak the protocols of clients people already have: their bodies are those clients' own. */
export const COMPATIBLE_ROUTES = {
  "responses.create": {
    method: "POST",
    path: "/v1/responses",
    summary: "Ask an agent by the OpenAI Responses API: `model` is its name.",
    needs: WRITE,
    isForeign: true,
    answers: { 200: { description: "A response, or its events." } },
  },
  "responses.get": {
    method: "GET",
    path: "/v1/responses/:id",
    summary: "Read a response, or go on with its events behind `starting_after`.",
    needs: { ...READ, owns: "run" },
    isForeign: true,
    answers: { 200: { description: "A response, or its events." } },
  },
  "responses.cancel": {
    method: "POST",
    path: "/v1/responses/:id/cancel",
    summary: "Cancel a response.",
    needs: { ...WRITE, owns: "run" },
    isForeign: true,
    answers: { 200: { description: "The response." } },
  },
  "responses.delete": {
    method: "DELETE",
    path: "/v1/responses/:id",
    summary: "Delete a response.",
    needs: { ...WRITE, owns: "run" },
    isForeign: true,
    answers: { 200: { description: "It is gone." } },
  },
  "models.list": {
    method: "GET",
    path: "/v1/models",
    summary: "List the agents as clients of OpenAI's API list models.",
    needs: READ,
    isForeign: true,
    answers: { 200: { description: "The agents.", schema: agentModelList } },
  },
  "models.get": {
    method: "GET",
    path: "/v1/models/:id",
    summary: "Read one agent as a model.",
    needs: READ,
    isForeign: true,
    answers: { 200: { description: "The agent.", schema: agentModelSchema } },
  },
  "chat.send": {
    method: "POST",
    path: "/v1/chat",
    summary: "Send a message by the AI SDK's chat transport.",
    needs: WRITE,
    isForeign: true,
    answers: { 200: { description: "A UI message stream.", contentType: "text/event-stream" } },
  },
  "chat.resume": {
    method: "GET",
    path: "/v1/chat/:id/stream",
    summary: "Go on with the stream of the run under way. Another's chat is as one that has not begun.",
    needs: READ,
    isForeign: true,
    answers: {
      200: { description: "A UI message stream.", contentType: "text/event-stream" },
      204: { description: "No run is under way." },
    },
  },
} as const satisfies Record<string, Route>;
