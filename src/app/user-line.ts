import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { AegisError } from "../kernel/index.ts";

/** What a simulated user does next: says something, or is through. */
export type UserMove = { readonly say: string } | { readonly done: true };

/** Told what the agent said last; undefined before anything was said. */
export type NextMove = (agentSaid: string | undefined) => Promise<UserMove>;

/** The agent's own file may replace the global one. */
const ask = globalThis.fetch;

/** Asks for the next thing the user says: the user lives on the other side of the sandbox's wall. */
export async function askUser(url: string, agentSaid: string | undefined, signal: AbortSignal): Promise<UserMove> {
  const body = JSON.stringify(agentSaid === undefined ? {} : { agentSaid });
  const response = await ask(url, { method: "POST", body, headers: { "content-type": "application/json" }, signal });
  const move = (await response.json()) as UserMove | { readonly error: { readonly message: string } };
  if ("error" in move) throw new AegisError("world.user_failed", move.error.message);
  return move;
}

/** Answers `askUser`, one question after another. */
export function userHandler(next: NextMove): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    let status = 200;
    let answer: unknown;
    try {
      const { agentSaid } = (await json(request)) as { readonly agentSaid?: string };
      answer = await next(agentSaid);
    } catch (error) {
      status = 500;
      answer = { error: { message: (error as Error).message } };
    }
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  };
}
