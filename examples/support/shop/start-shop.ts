import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Route, shopRoutes } from "./routes.ts";
import { ShopError } from "./shop-error.ts";
import { type ShopSetup, type ShopState, shopStateFrom } from "./shop-state.ts";
import { type Trouble, troubleQueue } from "./trouble.ts";

export interface ShopOptions {
  /** Records over the base fixtures, and `behaviour`: the trouble calls run into. */
  readonly state?: ShopSetup;
  readonly clock?: { nowMs(): number };
  /** Decides the ids of new records. */
  readonly seed?: number;
}

export interface Shop {
  readonly url: string;
  /** A copy of everything the shop knows. */
  state(): ShopState;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 100_000;

/** A small shop as a real HTTP service on loopback: orders, billing, refunds, policies, documents, tickets. */
export async function startShop({ state: setup = {}, clock = systemClock, seed = 0 }: ShopOptions = {}): Promise<Shop> {
  const state = structuredClone(shopStateFrom(setup));
  const troubles = troubleQueue(setup.behaviour);
  let count = 0;
  const makeId = (prefix: string) => {
    count += 1;
    return `${prefix}-${createHash("sha256").update(`${seed}/${count}`).digest("hex").slice(0, 6)}`;
  };
  const routes = shopRoutes({ state, now: () => new Date(clock.nowMs()).toISOString(), makeId });
  const server = createServer((request, response) => {
    void serve(routes, troubles, { request, response });
  });
  await new Promise<void>((done, refuse) => {
    server.once("error", refuse);
    server.listen(0, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state: () => structuredClone(state),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const systemClock = { nowMs: () => Date.now() };

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(
  routes: readonly Route[],
  troubles: { next(operation: string): Trouble },
  { request, response }: Exchange,
): Promise<void> {
  try {
    const url = new URL(request.url ?? "/", "http://shop");
    const route = routes.find(({ method, path }) => method === request.method && path.test(url.pathname));
    if (!route) throw new ShopError(404, `there is no ${request.method} ${url.pathname}`);
    const body = await readJson(request);
    const trouble = troubles.next(route.operation);
    if ("delayMs" in trouble) await wait(trouble.delayMs);
    if ("status" in trouble) return refuse(response, trouble);
    const answer = route.answer({
      id: decodeURIComponent(route.path.exec(url.pathname)?.[1] ?? ""),
      query: url.searchParams,
      body,
      idempotencyKey: request.headers["idempotency-key"] as string | undefined,
      isPartial: "partial" in trouble,
    });
    if ("lost" in trouble) return void response.destroy();
    sendJson(response, 200, answer);
  } catch (error) {
    const status = error instanceof ShopError ? error.status : 500;
    sendJson(response, status, { error: { message: (error as Error).message } });
  }
}

function refuse(response: ServerResponse, { status, retryAfterSeconds }: Extract<Trouble, { status: number }>): void {
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
  sendJson(response, status, { error: { message: "try again later" } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new ShopError(413, `more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new ShopError(400, "the body is no JSON");
  }
}
