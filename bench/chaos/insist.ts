// A client that does not give up: what the system could not answer is asked again until it could.
import type { SystemUnderChaos } from "./system.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** How many times it was asked before. */
  readonly failures: number;
}

export interface Ask {
  readonly method?: "GET" | "POST";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Client {
  readonly system: Pick<SystemUnderChaos, "url">;
  /** Ends everything that is still being asked. */
  readonly signal: AbortSignal;
  /** Told of an answer that no client should get, however badly the system fares. */
  readonly onBadAnswer: (what: string) => void;
}

const PAUSE_MS = 40;
const PATIENCE_MS = 15_000;

/** Resolves with the first answer that says something: no 5xx, no 429, no broken connection. */
export async function insist(client: Client, path: string, ask: Ask = {}): Promise<Answer> {
  for (let failures = 0; ; failures += 1) {
    client.signal.throwIfAborted();
    const answer = await askOnce(client, path, ask);
    if (answer !== undefined && answer.status < 500 && answer.status !== 429) return { ...answer, failures };
    if (answer?.status === 500) client.onBadAnswer(`${ask.method ?? "GET"} ${path}: ${JSON.stringify(answer.body)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function askOnce(
  { system, signal }: Client,
  path: string,
  { method = "GET", body, headers }: Ask,
): Promise<Omit<Answer, "failures"> | undefined> {
  try {
    const response = await fetch(`${system.url()}${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
  } catch {
    return undefined;
  }
}
