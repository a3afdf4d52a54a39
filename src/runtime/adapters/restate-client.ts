import { setTimeout as sleep } from "node:timers/promises";
import { AegisError, LIMITS } from "../../kernel/index.ts";
import { servicePath } from "./restate-service.ts";

export interface RestateClientOptions {
  readonly ingressUrl: string;
  readonly adminUrl: string | undefined;
  readonly fetch: typeof fetch;
}

export interface RestateMessage {
  readonly service: string;
  /** Restate hands over one message of a service and key at a time. */
  readonly key: string;
  readonly runId: string;
  /** Whole milliseconds; 0 for now. */
  readonly delayMs: number;
}

/** What we ask of a Restate server. */
export class RestateClient {
  readonly #options: RestateClientOptions;

  constructor(options: RestateClientOptions) {
    this.#options = options;
  }

  /**
   * Resolves once Restate keeps the message.
   * @returns false when it does not know the service
   * @throws {AegisError} "dispatch.unavailable"
   */
  async send({ service, key, runId, delayMs }: RestateMessage): Promise<boolean> {
    const delay = delayMs > 0 ? `?delay=${delayMs}ms` : "";
    const url = `${this.#options.ingressUrl}/${service}/${encodeURIComponent(key)}/run/send${delay}`;
    const answer = await this.#post(url, runId);
    if (answer.status === 404) return false;
    if (!answer.isOk) throw this.#refused(url, answer);
    return true;
  }

  /**
   * Tells Restate where a service is performed. Restate asks the address right away, and that may take a while to lead
   * to a worker: it is asked again until `limitMs` is over. What Restate knows already is left as it is.
   * @throws {AegisError} "dispatch.unavailable"
   */
  async register(service: string, { baseUrl, limitMs }: { baseUrl: string; limitMs: number }): Promise<void> {
    const { adminUrl } = this.#options;
    if (adminUrl === undefined) return;
    const url = `${adminUrl}/deployments`;
    const until = performance.now() + limitMs;
    for (let waitMs = 25; ; waitMs = Math.min(waitMs * 2, 1_000)) {
      const refusal = await this.#tryRegister(url, `${baseUrl}${servicePath(service)}`);
      if (refusal === undefined) return;
      if (performance.now() + waitMs > until) throw refusal;
      await sleep(waitMs);
    }
  }

  async #tryRegister(url: string, uri: string): Promise<AegisError | undefined> {
    try {
      const answer = await this.#post(url, { uri });
      return answer.isOk ? undefined : this.#refused(url, answer);
    } catch (error) {
      if (error instanceof AegisError) return error;
      throw error;
    }
  }

  async #post(url: string, body: unknown): Promise<Answer> {
    try {
      const response = await this.#options.fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(LIMITS.engineAnswerMs),
      });
      return { status: response.status, isOk: response.ok, text: await response.text() };
    } catch (cause) {
      throw new AegisError("dispatch.unavailable", `Restate does not answer at ${new URL(url).origin}`, { cause });
    }
  }

  #refused(url: string, { status, text }: Answer): AegisError {
    const said = text.slice(0, 500);
    return new AegisError("dispatch.unavailable", `Restate refused ${new URL(url).pathname}: ${status} ${said}`, {
      details: { status },
    });
  }
}

interface Answer {
  readonly status: number;
  readonly isOk: boolean;
  readonly text: string;
}
