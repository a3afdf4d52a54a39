import type { Problem } from "../../api/index.ts";

/** A problem answer that clients of OpenAI's API can read, too: `error` in their shape, with our code. */
export function withOpenAiError(problem: Problem) {
  const { status, code, detail, fix, details } = problem;
  const sentence = /[.!?]$/.test(detail) ? detail : `${detail}.`;
  const message = `${sentence} ${fix}`.trim();
  return { ...problem, error: { message, type: typeOf(status), code, param: details?.["param"] ?? null } };
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}
