import { AegisError, ERROR_CATALOGUE, type ErrorCode } from "../../kernel/index.ts";
import type { EdgeAnswer } from "../exchange.ts";

/** What the edge itself says to a program: an RFC 9457 problem, with the code and what to do. */
export function problemAnswer(error: AegisError): EdgeAnswer {
  return answerOf(ERROR_CATALOGUE[error.code].http, problemBody(error));
}

export function problemBody(error: AegisError, status: number = ERROR_CATALOGUE[error.code].http): Buffer {
  const { code, fix, message } = error;
  return Buffer.from(`${JSON.stringify({ type: "about:blank", title: message, status, code, fix })}\n`);
}

/** The problem as bytes of HTTP/1.1, for sockets that no parser serves any more; the connection ends with it. */
export function problemBytes(error: AegisError, status: number = ERROR_CATALOGUE[error.code].http): Buffer {
  const body = problemBody(error, status);
  const head = [`HTTP/1.1 ${status} Refused`, ...PROBLEM_HEADERS.map((pair) => pair.join(": "))];
  return Buffer.concat([
    Buffer.from([...head, `Content-Length: ${body.length}`, "Connection: close", "", ""].join("\r\n"), "latin1"),
    body,
  ]);
}

/** Anything that was thrown, as a failure of the way to the upstream unless it has a name of its own. */
export function asAegisError(thrown: unknown, code: ErrorCode = "network.upstream_failed"): AegisError {
  if (thrown instanceof AegisError) return thrown;
  if (!(thrown instanceof Error)) return new AegisError(code, String(thrown));
  // Of several addresses that were tried, the message of the whole is empty.
  const first: unknown = thrown instanceof AggregateError ? thrown.errors[0] : undefined;
  if (first instanceof Error) return asAegisError(first, code);
  return new AegisError(code, thrown.message, { cause: thrown });
}

const PROBLEM_HEADERS: readonly (readonly [string, string])[] = [
  ["Content-Type", "application/problem+json"],
  ["Cache-Control", "no-store"],
];

function answerOf(status: number, body: Buffer): EdgeAnswer {
  return {
    status,
    headers: [...PROBLEM_HEADERS, ["Content-Length", String(body.length)]],
    body: (async function* () {
      yield body;
    })(),
  };
}
