/** The answer the server gives when it refuses or fails (RFC 9457), as far as it is one. */
interface Problem {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly fix?: unknown;
  readonly details?: unknown;
}

interface ProblemOptions {
  readonly code: string;
  readonly status: number;
  readonly fix?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A request that the server refused, or that never got an answer; the message says what went wrong, `fix` what to do. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** A code of the server's catalogue, or `client.unreachable`, `client.bad_answer`, `client.http_<status>`. */
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly fix: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ProblemOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.fix = options.fix ?? "";
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }

  /** True where the same request may do better later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

/** There was no answer: no connection, a connection that broke, or one that fell silent. */
export function unreachable(what: string, cause?: unknown): ProblemError {
  const fix = "Check that the server runs and that its address is right.";
  return new ProblemError(what, { code: "client.unreachable", status: 0, fix, cause });
}

/** An answer that no server of this kind gives: a proxy's page, or another program. */
export function badAnswer(status: number, what: string): ProblemError {
  const fix = "Check that the URL is that of an Aegis server, and what proxies between do to its answers.";
  return new ProblemError(what, { code: "client.bad_answer", status, fix });
}

export async function problemOf(response: Response, nowMs: number): Promise<ProblemError> {
  const problem = readProblem(await response.text().catch(() => ""));
  const { status } = response;
  const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), nowMs);
  return new ProblemError(text(problem.detail) ?? `The server answered ${status} ${response.statusText}`.trim(), {
    code: text(problem.code) ?? `client.http_${status}`,
    status,
    ...(text(problem.fix) === undefined ? {} : { fix: text(problem.fix) ?? "" }),
    ...(isRecord(problem.details) ? { details: problem.details } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Seconds, or a date. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function readProblem(body: string): Problem {
  try {
    const problem: unknown = JSON.parse(body);
    return isRecord(problem) ? problem : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
