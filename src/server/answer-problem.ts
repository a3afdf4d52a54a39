import { type Problem, PROBLEM_TYPE, problemOf } from "../api/index.ts";
import { AegisError, ERROR_CATALOGUE } from "../kernel/index.ts";
import { exporterEncoding, exportFailure } from "./export-failure.ts";
import { withOpenAiError } from "./responses/open-ai-error.ts";
import type { ServerContext, ServerDeps } from "./route-context.ts";

/** Where OpenAI's clients call. */
const OPEN_AI_PATH = /^\/v1\/(responses|models)(\/|$)/;

/** Any failure as a problem answer; what nobody expected is logged, and shown without its words. */
export function answerProblem(
  c: ServerContext,
  thrown: unknown,
  { log, makeId }: Pick<ServerDeps, "log" | "makeId">,
): Response {
  const error = thrown instanceof AegisError ? thrown : internal(makeId());
  const { http, retry } = ERROR_CATALOGUE[error.code];
  if (http >= 500) {
    const details = { ...error.details, code: error.code, method: c.req.method, path: c.req.path };
    log({ level: "error", message: error.message, details, error: thrown });
  }
  const { type, body } = inProtocolOf(c, problemOf(error));
  const headers: Record<string, string> = { "content-type": type };
  if (retry) headers["retry-after"] = "1";
  if (http === 401) headers["www-authenticate"] = challenge(error.code);
  if (error.code === "request.bad_method") headers["allow"] = String(error.details["allow"]);
  if (error.code === "request.too_large") headers["connection"] = "close";
  return new Response(body, { status: http, headers });
}

/** The words for it that the client's protocol has. */
function inProtocolOf(
  c: ServerContext,
  problem: Problem,
): { readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> } {
  const encoding = exporterEncoding(c);
  if (encoding !== undefined) return exportFailure(problem, encoding);
  const body = OPEN_AI_PATH.test(c.req.path) ? withOpenAiError(problem) : problem;
  return { type: PROBLEM_TYPE, body: JSON.stringify(body) };
}

function internal(requestId: string): AegisError {
  return new AegisError("server.internal", "Something of ours failed", { details: { requestId } });
}

/** RFC 6750: without a word on the token where none was sent. */
function challenge(code: string): string {
  return code === "auth.required" ? 'Bearer realm="aegis"' : 'Bearer realm="aegis", error="invalid_token"';
}
