import type { ApiKey, Session, Webhook, WebhookDelivery } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";
import type { NewRun, Store } from "../store/index.ts";
import { makeId } from "./sample-records.ts";

/** Ids that careless comparing takes for one another: by case, blanks, wildcards, accents, width. */
export const SIMILAR_IDS = ["a", "a ", " a", "A", "a%", "a_", "%", "á", "a\u0301", "ａ"] as const;

/** Texts that careless code takes for something else than text. */
export const HOSTILE_TEXTS = [
  "'; DROP TABLE run; --",
  `"quoted" \\ and \`ticked\``,
  "$1 ?1 :name @name %s {0} ${x}",
  "%_*[a]",
  "Grüße 你好 שלום 👩‍👩‍👧 e\u0301 \u{10ffff}",
  "\u001b[31m\t\r\n\u2028",
  "null",
  " ",
  "",
] as const;

/** A session with nothing special about it. */
export function sampleSession(more: Partial<Session> = {}): Session {
  return {
    id: makeId(),
    agent: "support",
    ownerId: "ada",
    state: {},
    metadata: { channel: "web", half: "\ud800", nul: "\u0000" },
    createdAtMs: 1_700_000_000_000.5,
    closedAtMs: null,
    ...more,
  };
}

/** A run of a session, not yet accepted. */
export function sampleRun(session: Session, more: Partial<NewRun> = {}): NewRun {
  return {
    id: makeId(),
    sessionId: session.id,
    ownerId: session.ownerId,
    agent: session.agent,
    version: "1",
    input: { message: "hello \ud800 \u0000", data: [1, null, { a: "b" }] },
    idempotencyKey: null,
    metadata: { label: "x" },
    createdAtMs: 1_700_000_000_001.25,
    ...more,
  };
}

export function sampleKey(more: Partial<ApiKey> = {}): ApiKey {
  return {
    id: makeId(),
    name: "ci",
    hash: makeId(),
    role: "operator",
    scopes: ["sessions:read", "memory:write"],
    userId: "ada",
    createdAtMs: 1_000,
    expiresAtMs: null,
    ...more,
  };
}

export function sampleWebhook(more: Partial<Webhook> = {}): Webhook {
  return {
    id: makeId(),
    url: "https://example.com/hook?a=1&b='",
    secret: "s3cret",
    events: ["run.ended", "run.paused"],
    ownerId: null,
    createdAtMs: 1_000,
    ...more,
  };
}

export function sampleDelivery(webhookId: Id<"webhook">, more: Partial<WebhookDelivery> = {}): WebhookDelivery {
  return {
    id: makeId(),
    webhookId,
    event: "run.ended",
    body: { run: { id: "none" }, text: "half \ud800 \u0000" },
    attempt: 0,
    nextAtMs: 1_000,
    outcome: "pending",
    lastStatus: null,
    createdAtMs: 1_000,
    ...more,
  };
}

/** A session in the store, with as many accepted runs as asked for. */
export async function withRuns(
  store: Store,
  count: number,
  more: Partial<Session> = {},
): Promise<{ readonly session: Session; readonly runs: readonly NewRun[] }> {
  const session = sampleSession(more);
  await store.createSession(session);
  const runs = Array.from({ length: count }, () => sampleRun(session));
  for (const run of runs) await store.createRun(run);
  return { session, runs };
}
