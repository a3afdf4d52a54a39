import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { invariant } from "../../kernel/index.ts";
import { LOG_POSITION_HEADER, whatWasToldBefore } from "../log-position.ts";

/** Hands the model calls of this worker's trials on to the endpoint of the eval that ordered them. */
export interface ModelRelay {
  /** @param trial.eventCount of the events the trial has told so far: what is asked belongs behind them in its log */
  register(trial: { readonly baseUrl: string; readonly eventCount: () => number }): {
    readonly baseUrl: string;
    close(): void;
  };
}

type Trial = Parameters<ModelRelay["register"]>[0];

/** One HTTP server on loopback for all trials of this process; each has an address of its own. */
export async function openModelRelay(): Promise<ModelRelay> {
  const trials = new Map<string, Trial>();
  const server = createServer((request, response) => {
    relay(trials, request, response).catch(() => refuse(response, 502, "the eval that ordered this trial is gone"));
  });
  server.unref();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  invariant(typeof address === "object" && address !== null, "a listening server has an address");
  return {
    register(trial) {
      const token = randomBytes(12).toString("hex");
      trials.set(token, trial);
      return { baseUrl: `http://127.0.0.1:${address.port}/${token}/v1`, close: () => void trials.delete(token) };
    },
  };
}

async function relay(trials: ReadonlyMap<string, Trial>, request: IncomingMessage, response: ServerResponse) {
  const [, token = "", path = ""] = /^\/([0-9a-f]+)\/v1(\/.*)$/.exec(request.url ?? "") ?? [];
  const trial = trials.get(token);
  if (!trial) return refuse(response, 404, "this trial is over, or never was");
  await whatWasToldBefore();
  const { host: _, ...headers } = request.headers;
  const onward = ask(`${trial.baseUrl}${path}`, {
    method: request.method,
    headers: { ...headers, [LOG_POSITION_HEADER]: String(trial.eventCount()) },
  });
  // An agent that hangs up does not want the answer.
  response.once("close", () => onward.destroy());
  const answered = once(onward, "response");
  await pipeline(request, onward);
  const [answer] = (await answered) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message, type: "invalid_request_error" } }));
}
