import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import type { AgentOptions } from "../src/agent/index.ts";
import type { AccessScope, NewEvent, Role } from "../src/domain/index.ts";
import { idMaker, systemClock } from "../src/kernel/index.ts";
import type { RuntimeOptions } from "../src/runtime/index.ts";
import { issueApiKey, type LogLine, serveHttp, type ServeHttpOptions } from "../src/server/index.ts";
import { openPlace } from "../src/testing/open-place.ts";

export const echo: AgentOptions = {
  name: "echo",
  version: "1",
  run: ({ message, messages }) => `${messages.length}: ${message}`,
};

export interface ServedOptions extends Partial<ServeHttpOptions> {
  readonly agents?: readonly AgentOptions[];
  readonly runtimeOptions?: Partial<RuntimeOptions>;
}

export const makeId = idMaker(systemClock, Math.random);

/** A server over a real runtime and a real store, in a folder of its own. */
export async function openServed({ agents = [echo], runtimeOptions = {}, ...more }: ServedOptions = {}) {
  const place = openPlace();
  const { runtime, store } = await place.open(agents, runtimeOptions);
  const lines: LogLine[] = [];
  const log = (line: LogLine) => void lines.push(line);
  const given = { runtime, store, clock: systemClock, makeId, randomBytes, auth: null, log };
  const server = await serveHttp({ ...given, ...more });
  const send = (method: string, path: string, options: SendOptions = {}) => {
    const { body, token, headers, ...rest } = options;
    return fetch(`${server.url}${path}`, {
      method,
      ...rest,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
  };
  return {
    runtime,
    store,
    server,
    url: server.url,
    lines,
    send,
    get: async (path: string, options?: SendOptions) => readAnswer(await send("GET", path, options)),
    post: async (path: string, body: unknown, options?: SendOptions) =>
      readAnswer(await send("POST", path, { ...options, body })),
    /** Makes a key by the store, as an operator does on the machine. */
    makeKey: async (key: {
      name: string;
      role: Role;
      scopes?: AccessScope[];
      userId?: string;
      expiresAtMs?: number;
    }) => {
      const { scopes = null, userId = key.name, expiresAtMs = null } = key;
      return issueApiKey({ ...key, scopes, userId, expiresAtMs }, { store, clock: systemClock, makeId, randomBytes });
    },
    close: async () => {
      await server.close();
      await place.close();
    },
  };
}

export type Served = Awaited<ReturnType<typeof openServed>>;

interface SendOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
}

/** Server-sent events as their fields, comments left out. */
export function readSse(text: string): { readonly id?: string; readonly event?: string; readonly data?: string }[] {
  return text
    .split("\n\n")
    .map((block) =>
      Object.fromEntries(
        block
          .split("\n")
          .map((line) => /^(id|event|data): (.*)$/s.exec(line))
          .filter((match) => match !== null)
          .map(([, name, value]) => [name, value]),
      ),
    )
    .filter((fields) => Object.keys(fields).length > 0);
}

/** An issuer of tokens with a key pair of its own. */
export async function openIssuer(issuer: string) {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: `${issuer}-1`, alg: "ES256" };
  const jwks = { keys: [jwk] };
  const sign = (claims: JWTPayload, more: { audience?: string; expiresAt?: number } = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid: `${issuer}-1` })
      .setIssuer(issuer)
      .setAudience(more.audience ?? "aegis")
      .setExpirationTime(more.expiresAt ?? Math.floor(Date.now() / 1_000) + 600)
      .sign(privateKey);
  return { issuer, jwks, sign };
}

/** Resolves when something has become true; the test's own time limit is the only one. */
export async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}

type Body = { readonly [Key in string]: unknown } & { readonly type: NewEvent["type"] };

/** A run that this test performs itself, as a worker of another process would: its version is offered by nobody here. */
export async function openOwnRun({ runtime, store }: Pick<Served, "runtime" | "store">, ownerId = "local") {
  const session = await runtime.createSession({ agent: "echo", ownerId });
  const workerId = `test-${makeId()}`;
  await store.holdWorker(workerId);
  await store.saveWorker({
    id: workerId,
    offers: [{ agent: "echo", version: "elsewhere" }],
    state: "live",
    startedAtMs: 1,
  });
  const id = makeId<"run">();
  await store.createRun({
    id,
    sessionId: session.id,
    ownerId,
    agent: "echo",
    version: "elsewhere",
    input: { message: "hi" },
    idempotencyKey: null,
    metadata: {},
    createdAtMs: Date.now(),
  });
  const run = await store.claimRun({ id, workerId, from: ["queued"], atMs: 1 });
  if (!run) throw new Error("the run was taken by somebody else");
  let nextSeq = 0;
  const append = async (...bodies: readonly Body[]) => {
    const events = bodies.map((body) => ({ atMs: 1, witness: "runtime", ...body }) as unknown as NewEvent);
    nextSeq = await store.append(run.id, events, nextSeq);
  };
  const text = (words: string): Body => ({ type: "model.streamed", effect: 0, attempt: 1, text: words });
  /** Clients never see these. */
  const hidden = (): Body => ({ type: "clock.read", effect: 1, valueMs: 1 });
  const end = async () => {
    await append({ type: "run.ended", outcome: "answered", durationMs: 1 });
    await store.endRun({ id: run.id, outcome: "answered", atMs: 1 });
  };
  return { session, run, append, text, hidden, end };
}
