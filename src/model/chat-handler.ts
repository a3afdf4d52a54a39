import type { IncomingMessage, ServerResponse } from "node:http";
import { AegisError, type Clock, type JsonObject, LIMITS, systemClock } from "../kernel/index.ts";
import { type ChatRequest, readChatRequest } from "./chat-request.ts";
import { chatChunks, chatCompletion, chatError } from "./chat-response.ts";
import type { LanguageModel, ModelAnswer, ModelRequest } from "./language-model.ts";

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
 * Serves models the OpenAI way: `/v1/chat/completions` (streaming or not), `/v1/models`, `/health`, also below a
 * prefix. Answers every request itself, unknown paths included, and never rejects.
 */
export function createChatHandler(options: ChatHandlerOptions): ChatHandler {
  const models = options.models ?? (options.model ? [options.model] : []);
  const [first] = models;
  if (!first) throw new AegisError("cli.usage", "A model server needs at least one model");
  let callCount = 0;
  let runningCount = 0;

  const complete: ChatHandler = async (request, response) => {
    if (runningCount >= (options.maxConcurrent ?? LIMITS.concurrencyMax)) {
      throw new AegisError("model.rate_limited", "Too many calls at a time", { details: { retryAfterMs: 1000 } });
    }
    runningCount += 1;
    try {
      const chat = readChatRequest(await readBody(request));
      const model = models.find(({ id }) => id === chat.model) ?? first;
      const answer = await ask(model, chat, { request, response, options });
      callCount += 1;
      const createdAtMs = (options.clock ?? systemClock).nowMs();
      const completion = { id: `chatcmpl-${callCount}`, createdAtMs, model: answer.model ?? model.id, answer };
      if (!chat.isStream) return sendJson(response, 200, chatCompletion(completion));
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
      for (const chunk of chatChunks(completion, chat)) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      response.end("data: [DONE]\n\n");
    } finally {
      runningCount -= 1;
    }
  };

  return async (request, response) => {
    try {
      const path = (request.url ?? "/").split("?")[0] ?? "/";
      const route = `${request.method} ${path.replace(/^.*?(\/chat\/completions|\/models|\/health)\/?$/, "$1")}`;
      if (route === "POST /chat/completions") await complete(request, response);
      else if (route === "GET /models") sendJson(response, 200, { object: "list", data: models.map(modelEntry) });
      else if (route === "GET /health") sendJson(response, 200, { status: "ok" });
      else throw new AegisError("model.bad_path", `There is no ${request.method} ${path} here`);
    } catch (error) {
      sendError(request, response, error);
    }
  };
}

async function ask(
  model: LanguageModel,
  chat: ChatRequest,
  { request, response, options }: { request: IncomingMessage; response: ServerResponse; options: ChatHandlerOptions },
): Promise<ModelAnswer> {
  const clock = options.clock ?? systemClock;
  const asked = withSeed(chat.request, options.seed);
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

function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...headers, "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { status, headers, body } = chatError(error);
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
