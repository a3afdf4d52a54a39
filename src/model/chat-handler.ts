import type { IncomingMessage, ServerResponse } from "node:http";
import { AegisError, type Clock, type JsonObject, LIMITS, systemClock } from "../kernel/index.ts";
import { servedChat } from "./chat-response.ts";
import type { LanguageModel, ModelAnswer, ModelRequest } from "./language-model.ts";
import { parseJson } from "./wire/json-fields.ts";
import { badRequest, type ServedFormat, type ServedRequest } from "./wire/served-format.ts";
import { servedMessages } from "./wire/served-messages.ts";
import { servedResponses } from "./wire/served-responses.ts";

/** One model call as the server saw it. */
export interface ChatExchange {
  readonly request: Omit<ModelRequest, "signal">;
  /** The model that was asked, after the choice among several. */
  readonly provider: string;
  readonly model: string;
  /** One of the two. */
  readonly answer?: ModelAnswer;
  readonly error?: unknown;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Lower case names; keys and cookies are left out. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ChatHandlerOptions {
  /** One model, or several to choose from by the request's `model`; the first one answers for unknown names. */
  readonly model?: LanguageModel;
  readonly models?: readonly LanguageModel[];
  /** Told before the client is, and awaited: what cannot be recorded is not answered. */
  readonly onExchange?: (exchange: ChatExchange) => void | Promise<void>;
  /** More calls at a time are answered with 429. */
  readonly maxConcurrent?: number;
  /** For requests that bring no seed of their own. */
  readonly seed?: number;
  readonly clock?: Clock;
}

const DRAINED_BODIES_MAX = 4;

export type ChatHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Serves models as OpenAI and Anthropic do: `/v1/chat/completions`, `/v1/responses` and `/v1/messages` (streaming or
 * not), `/v1/models`, `/health`, also below a prefix. Answers every request itself, unknown paths included, and never
 * rejects.
 */
export function createChatHandler(options: ChatHandlerOptions): ChatHandler {
  const models = options.models ?? (options.model ? [options.model] : []);
  const [first] = models;
  if (!first) throw new AegisError("cli.usage", "A model server needs at least one model");
  let callCount = 0;
  let runningCount = 0;

  const formats = [servedChat, servedResponses(), servedMessages];

  const complete = async (format: ServedFormat, request: IncomingMessage, response: ServerResponse) => {
    if (runningCount >= (options.maxConcurrent ?? LIMITS.concurrencyMax)) {
      throw new AegisError("model.rate_limited", "Too many calls at a time", { details: { retryAfterMs: 1000 } });
    }
    runningCount += 1;
    try {
      const asked = format.read(parsedBody(await readBody(request)));
      const model = models.find(({ id }) => id === asked.model) ?? first;
      const answer = await ask(model, asked, { request, response, options });
      callCount += 1;
      const createdAtMs = (options.clock ?? systemClock).nowMs();
      const served = { asked, number: callCount, createdAtMs, model: answer.model ?? model.id, answer };
      if (!asked.isStream) return sendJson(response, 200, format.body(served));
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
      for (const frame of format.frames(served)) response.write(frame);
      response.end();
    } finally {
      runningCount -= 1;
    }
  };

  return async (request, response) => {
    const path = (request.url ?? "/").split("?")[0]?.replace(/\/$/, "") ?? "";
    const format = formats.find((each) => path.endsWith(each.path));
    try {
      const route = `${request.method} ${path.slice(path.lastIndexOf("/"))}`;
      if (format && request.method === "POST") await complete(format, request, response);
      else if (route === "GET /models") sendJson(response, 200, { object: "list", data: models.map(modelEntry) });
      else if (route === "GET /health") sendJson(response, 200, { status: "ok" });
      else throw new AegisError("model.bad_path", `There is no ${request.method} ${path} here`);
    } catch (error) {
      sendError({ request, response, error, format: format ?? servedChat });
    }
  };
}

async function ask(
  model: LanguageModel,
  { request: given }: ServedRequest,
  { request, response, options }: { request: IncomingMessage; response: ServerResponse; options: ChatHandlerOptions },
): Promise<ModelAnswer> {
  const clock = options.clock ?? systemClock;
  const asked = withSeed(given, options.seed);
  const startedAtMs = clock.nowMs();
  const start = clock.monotonicMs();
  const report = async (outcome: Pick<ChatExchange, "answer" | "error">) =>
    options.onExchange?.({
      request: asked,
      provider: model.provider,
      model: model.id,
      ...outcome,
      startedAtMs,
      durationMs: clock.monotonicMs() - start,
      headers: harmlessHeaders(request),
    });
  // A client that hangs up stops the model too.
  const hangUp = new AbortController();
  const onClose = () => hangUp.abort();
  response.once("close", onClose);
  let answer: ModelAnswer;
  try {
    answer = await model.generate({ ...asked, signal: hangUp.signal });
  } catch (error) {
    await report({ error });
    throw error;
  } finally {
    response.off("close", onClose);
  }
  await report({ answer });
  return answer;
}

function withSeed(request: ModelRequest, seed: number | undefined): ModelRequest {
  return seed === undefined ? request : { ...request, settings: { seed, ...request.settings } };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  const bytesMax = LIMITS.requestBodyBytesMax;
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    // Somewhat too much is read and dropped: a client still sending would never see the answer.
    else if (bytes > DRAINED_BODIES_MAX * bytesMax) break;
  }
  if (bytes > bytesMax) {
    throw new AegisError("model.body_too_large", `The body is longer than ${bytesMax} bytes`, {
      details: { bytesMax },
    });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsedBody(text: string): unknown {
  const body = parseJson(text);
  if (body === undefined) throw badRequest("model", "the body is no JSON");
  return body;
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...headers, "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

function sendError(failed: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly error: unknown;
  readonly format: ServedFormat;
}): void {
  const { request, response, error, format } = failed;
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { status, headers, body } = format.failure(error);
  // What the client still sends is not read: the connection cannot be used again.
  const closing: Record<string, string> = request.complete ? {} : { connection: "close" };
  sendJson(response, status, body, { ...headers, ...closing });
}

function modelEntry({ id, provider }: LanguageModel): JsonObject {
  return { id, object: "model", created: 0, owned_by: provider };
}

function harmlessHeaders({ headers }: IncomingMessage): Record<string, string> {
  const isSecret = /authorization|cookie|api-?key|token|secret/;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || isSecret.test(name) ? [] : [[name, [value].flat().join(", ")]],
    ),
  );
}
