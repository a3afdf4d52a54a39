import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { type JsonObject, systemClock } from "../kernel/index.ts";
import type { NewEvent } from "../domain/index.ts";
import { effectError, LOGGED_HEADER, recordModelTraffic } from "../agent/index.ts";
import type { ModelEndpoint } from "../eval/index.ts";
import {
  type ChatExchange,
  type ChatHandler,
  costOf,
  createChatHandler,
  type LanguageModel,
  mergePrices,
  type PriceTable,
  replayModel,
} from "../model/index.ts";
import { LOG_POSITION_HEADER, whatWasToldBefore } from "./log-position.ts";
import { toldSpans } from "./told-spans.ts";
import { userHandler } from "./user-line.ts";

/**
 * One HTTP server on loopback for all trials of a run; each trial has its own address, which leads to the suite's model
 * and writes what passes into that trial's log.
 */
export async function openModelEndpoint(options: {
  readonly model: LanguageModel | undefined;
  readonly prices: JsonObject;
}): Promise<ModelEndpoint & AsyncDisposable> {
  const trials = new Map<string, EndpointTrial>();
  const server = createServer((request, response) => void route(trials, request, response));
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  server.unref();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const prices = mergePrices(options.prices as unknown as PriceTable);
  return {
    register({ modelReplay, nextMove, onEvent, reached }) {
      const token = randomBytes(12).toString("hex");
      const model = modelReplay ? replayModel({ messages: modelReplay }) : options.model;
      // What comes in while a trial is closing is of no trial any more.
      const append = (event: NewEvent) => {
        if (trials.has(token)) onEvent(event);
      };
      const spans = toldSpans(append);
      const record = recordModelTraffic({
        append,
        clock: systemClock,
        costOf: (call) => costOf({ ...call, prices }),
      });
      const onExchange = async (exchange: ChatExchange) => {
        if (!(LOGGED_HEADER in exchange.headers)) await record(seenCall(exchange));
      };
      const chat: ChatHandler = model ? createChatHandler({ model, onExchange }) : noModel;
      const user = nextMove && userHandler(nextMove);
      const handle: ChatHandler = (request, response) => {
        if (user && request.url === "/user") return user(request, response);
        return request.url?.endsWith("/v1/traces") ? spans(request, response) : chat(request, response);
      };
      trials.set(token, { handle, reached });
      const address = `${origin}/t/${token}`;
      return {
        baseUrl: `${address}/v1`,
        ...(user && { userUrl: `${address}/user` }),
        close: () => void trials.delete(token),
      };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
}

interface EndpointTrial {
  readonly handle: ChatHandler;
  readonly reached: (eventCount: number) => Promise<void>;
}

async function route(trials: ReadonlyMap<string, EndpointTrial>, request: IncomingMessage, response: ServerResponse) {
  const [, token = "", path = ""] = /^\/t\/([0-9a-f]+)(\/.*)$/.exec(request.url ?? "") ?? [];
  const position = Number(request.headers[LOG_POSITION_HEADER] ?? 0);
  await whatWasToldBefore();
  if (position > 0) await trials.get(token)?.reached(position);
  const trial = trials.get(token);
  if (!trial) return refuse(response, 404, "this trial is over, or never was");
  request.url = path;
  return trial.handle(request, response);
}

const noModel: ChatHandler = async (_request, response) =>
  refuse(response, 404, "the suite names no model: add `model: { script }` or `model: { baseUrl }` to it");

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message, type: "invalid_request_error" } }));
}

function seenCall(exchange: ChatExchange) {
  const { request, provider, model, answer, error, durationMs } = exchange;
  return {
    provider,
    model,
    messages: request.messages,
    toolNames: (request.tools ?? []).map((tool) => tool.name),
    durationMs,
    ...(answer && { answer }),
    ...(error !== undefined && { error: effectError(error) }),
  };
}
