import { BACKOFF, type Backoff, delayMs, type Wait, waitForTimeOrNetwork } from "./backoff.ts";
import { badAnswer, ProblemError, problemOf, unreachable } from "./problem-error.ts";

export interface ConnectOptions {
  /** Where the server is, e.g. `https://agents.example.com`; a path in it is kept. */
  readonly url: string;
  /** An API key or JWT; a function is asked before every request, so that it can renew it. */
  readonly token?: string | (() => Promise<string>);
  readonly fetch?: typeof globalThis.fetch;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly backoff?: Partial<Backoff>;
  /** A request or stream that is silent for longer counts as broken. The server says something every 10 s. */
  readonly silenceMs?: number;
  /** Uniform in [0, 1); spreads the waits. */
  readonly random?: () => number;
  readonly wait?: Wait;
  readonly nowMs?: () => number;
  /** Makes idempotency keys. */
  readonly newKey?: () => string;
}

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: object;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Requests to one server. */
export interface Transport {
  readonly settings: Settings;
  /** One request; the answer, or a ProblemError when there was none. */
  send(path: string, options?: RequestOptions): Promise<Response>;
  /** One request with JSON both ways, made again when that is safe. @throws {ProblemError} */
  request<Answer>(path: string, options?: RequestOptions): Promise<Answer>;
}

export type Settings = Required<Pick<ConnectOptions, "random" | "wait" | "nowMs" | "newKey" | "silenceMs">> & {
  readonly backoff: Backoff;
};

const REQUEST_ATTEMPTS_MAX = 5;
const SILENCE_MS = 25_000;

/** @throws {TypeError} for a `url` that is none */
export function openTransport(options: ConnectOptions): Transport {
  const base = new URL(options.url).href.replace(/[?#].*$/, "").replace(/\/+$/, "");
  const settings: Settings = {
    backoff: { ...BACKOFF, ...options.backoff },
    silenceMs: options.silenceMs ?? SILENCE_MS,
    random: options.random ?? Math.random,
    wait: options.wait ?? waitForTimeOrNetwork,
    nowMs: options.nowMs ?? Date.now,
    newKey: options.newKey ?? randomKey,
  };
  const send = async (path: string, request: RequestOptions = {}) => {
    const token = await readToken(options.token);
    const headers = new Headers({ accept: "application/json", ...options.headers, ...request.headers });
    if (token !== undefined && token !== "") headers.set("authorization", `Bearer ${token}`);
    if (request.body !== undefined) headers.set("content-type", "application/json");
    const address = base + path + queryOf(request.query);
    return fetchWithin(settings.silenceMs, (signal) =>
      (options.fetch ?? globalThis.fetch)(address, {
        method: request.method ?? "GET",
        headers,
        cache: "no-store",
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal: request.signal === undefined ? signal : AbortSignal.any([signal, request.signal]),
      }),
    ).catch((error: unknown) => {
      request.signal?.throwIfAborted();
      throw error instanceof ProblemError ? error : unreachable(`No answer from ${base}`, error);
    });
  };
  return { settings, send, request: (path, request = {}) => requestJson({ settings, send }, path, request) };
}

async function requestJson<Answer>(
  { settings, send }: Pick<Transport, "settings" | "send">,
  path: string,
  request: RequestOptions,
): Promise<Answer> {
  for (let attemptIndex = 0; ; attemptIndex += 1) {
    try {
      const response = await send(path, request);
      if (!response.ok) throw await problemOf(response, settings.nowMs());
      return await readJson<Answer>(response, request.signal);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      // The answer to the first request got lost: what was to be deleted is gone.
      if (request.method === "DELETE" && attemptIndex > 0 && error.status === 404) return undefined as Answer;
      if (!error.isPassing || !canRepeat(request) || attemptIndex + 1 >= REQUEST_ATTEMPTS_MAX) throw error;
      const { random, backoff } = settings;
      const ms = delayMs(backoff, { attemptIndex, random, retryAfterMs: error.retryAfterMs });
      await settings.wait(ms, request.signal);
    }
  }
}

/** Made twice it does no more than once. */
function canRepeat({ method = "GET", headers = {} }: RequestOptions): boolean {
  return method === "POST" ? headers["idempotency-key"] !== undefined : headers["if-match"] === undefined;
}

async function readJson<Answer>(response: Response, signal: AbortSignal | undefined): Promise<Answer> {
  const text = await response.text().catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw unreachable("The answer broke off", cause);
  });
  if (text === "") return undefined as Answer;
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw badAnswer(response.status, "The server's answer is no JSON");
  }
}

/** A token that cannot be had now is most often a network that is away. */
async function readToken(token: ConnectOptions["token"]): Promise<string | undefined> {
  if (typeof token !== "function") return token;
  return token().catch((error: unknown) => {
    throw error instanceof ProblemError ? error : unreachable("The token could not be fetched", error);
  });
}

/** The time is for the answer's head; whoever reads the body has a limit of its own. */
async function fetchWithin(ms: number, start: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(unreachable(`No answer within ${ms} ms`)), ms);
  try {
    return await start(late.signal);
  } finally {
    clearTimeout(timer);
  }
}

function queryOf(query: object = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined);
  return set.length === 0 ? "" : `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString()}`;
}

/** `randomUUID` is missing on pages that came without TLS; this is not. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
