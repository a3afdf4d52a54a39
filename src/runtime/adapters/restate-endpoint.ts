import { once } from "node:events";
import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectContext } from "@restatedev/restate-sdk";
import { AegisError, invariant } from "../../kernel/index.ts";
import { serviceOfPath } from "./restate-service.ts";

export interface RestateEndpointOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly identityKeys: readonly string[] | undefined;
  /** False: this worker takes nothing new. */
  readonly isTaking: () => boolean;
  readonly perform: (message: HandedRun) => Promise<HandBack>;
}

/** A run as Restate hands it over. */
export interface HandedRun {
  readonly service: string;
  readonly key: string;
  readonly runId: string;
}

/** What Restate is told in return: it is through with the message, or hands it over again, here or to another worker. */
export type HandBack = "done" | { readonly because: string; readonly retryAfterMs?: number };

/** Where Restate hands runs over to this worker. */
export interface RestateEndpoint {
  readonly port: number;
  /** Lets answers go out, then closes every connection. */
  close(): Promise<void>;
}

type Sdk = typeof import("@restatedev/restate-sdk");
type Handle = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
const SERVICES_KEPT_MAX = 1_000;
/** How long the last answers may take to go out. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * Answers for services of any version, because the version that began a run may be gone for good; whether this worker
 * goes on with it is `perform`'s to say. Listens for HTTP/2, so that Restate's pings tell a worker that is at work for ten minutes from one that hangs: they
 * are answered below any handler, but only while the process runs.
 * @throws {AegisError} "dispatch.unavailable" without the SDK, or when the address is taken
 */
export async function listenForRestate(options: RestateEndpointOptions): Promise<RestateEndpoint> {
  const sdk = await loadSdk();
  const handlers = new Map<string, Handle>();
  const server = createServer((request, response) => {
    const service = serviceOfPath(request.url);
    // Restate tries again, and the address may lead to another worker then.
    if (!options.isTaking()) return answer(response, 503);
    if (request.url === "/health") return answer(response, 200);
    if (service === undefined) return answer(response, 404);
    const handle = handlers.get(service) ?? serviceHandler(sdk, service, options);
    if (handlers.size < SERVICES_KEPT_MAX) handlers.set(service, handle);
    handle(request, response);
  });
  const sessions = trackSessions(server);
  try {
    server.listen(options.port, options.host);
    await once(server, "listening");
  } catch (cause) {
    throw new AegisError("dispatch.unavailable", `cannot listen on ${options.host}:${options.port}`, {
      cause,
      fix: "Choose another port for the worker.",
    });
  }
  const address = server.address();
  invariant(typeof address === "object" && address !== null, "a listening server has an address");
  return { port: address.port, close: () => close(server, sessions) };
}

async function loadSdk(): Promise<Sdk> {
  try {
    return await import("@restatedev/restate-sdk");
  } catch (cause) {
    throw new AegisError("dispatch.unavailable", "Restate's SDK is not installed", {
      cause,
      fix: "npm install @restatedev/restate-sdk, or leave `serve.restate` out of the config.",
    });
  }
}

function serviceHandler(sdk: Sdk, service: string, options: RestateEndpointOptions): Handle {
  const run = async ({ key }: ObjectContext, runId: unknown): Promise<void> => {
    if (typeof runId !== "string") throw new sdk.TerminalError("a message is the id of a run", { errorCode: 400 });
    const result = await options.perform({ service, key, runId });
    if (result === "done") return;
    const { because, retryAfterMs } = result;
    throw new sdk.RetryableError(because, retryAfterMs === undefined ? {} : { retryAfter: retryAfterMs });
  };
  const object = sdk.object({
    name: service,
    handlers: { run },
    options: {
      // A run may be silent for as long as its slowest step: pings, not silence, tell that a worker is gone.
      inactivityTimeout: YEAR_MS,
      abortTimeout: YEAR_MS,
      // The run's own log is the journal.
      journalRetention: 0,
      idempotencyRetention: 0,
      // From Restate's point of view a run never makes progress, so all its retries are one series: the last interval
      // is also how long the tenth failover of a run takes.
      retryPolicy: { initialInterval: 50, exponentiationFactor: 2, maxInterval: 500, maxAttempts: 1_000_000_000 },
    },
  });
  return sdk.createEndpointHandler({
    services: [object],
    logger: () => {},
    ...(options.identityKeys === undefined ? {} : { identityKeys: [...options.identityKeys] }),
  });
}

/**
 * Ends a connection once nothing is under way on it: Restate opens another for its next message, and whatever stands in
 * front of the workers chooses again who gets it.
 */
function trackSessions(server: Http2Server): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => {
    let openCount = 0;
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // A connection that breaks is told by Restate handing the run over again.
    session.on("error", () => {});
    session.on("stream", (stream) => {
      openCount += 1;
      stream.on("error", () => {});
      stream.on("close", () => {
        openCount -= 1;
        if (openCount === 0 && !session.closed) session.close();
      });
    });
  });
  return sessions;
}

async function close(server: Http2Server, sessions: ReadonlySet<ServerHttp2Session>): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  for (const session of sessions) session.close();
  const timer = new AbortController();
  await Promise.race([closed, sleep(CLOSE_LIMIT_MS, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
  for (const session of sessions) session.destroy();
  await closed;
}

function answer(response: Http2ServerResponse, status: number): void {
  response.writeHead(status).end();
}
