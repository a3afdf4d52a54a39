import { PLAIN_STATUS } from "./catalogue/status-faults.ts";
import type { FaultAction } from "./fault.ts";
import { numberOf, textOf } from "./fault-parameters.ts";
import type { FaultError } from "./tool-disturbance.ts";

/** What `absurd` asks a caller to wait. */
export const ABSURD_RETRY_AFTER_MS = 11 * 86_400_000;

/** The error that a client in the caller's own process throws; undefined for faults that are no error. */
export function faultError(action: FaultAction): FaultError | undefined {
  const { kind } = action;
  const plain = PLAIN_STATUS[kind];
  if (plain) return httpError(plain.status, textOf(action, "message"));
  switch (kind) {
    case "status":
      return httpError(numberOf(action, "status"), textOf(action, "message"));
    case "token-expired":
      return httpError(401, "The access token has expired");
    case "model-overloaded":
      return httpError(529, "Overloaded");
    case "context-overflow":
      return httpError(400, "The prompt is too long: it exceeds the model's maximum context length");
    case "error-event":
      return httpError(529, textOf(action, "message"));
    case "mcp-session-expired":
      return httpError(404, "Session not found");
    case "rate-limit": {
      const waitMs = retryAfterMs(action);
      const error = httpError(429, "Rate limit reached");
      return waitMs === undefined ? error : { ...error, retryAfterMs: waitMs };
    }
    default:
      return SYSTEM_ERRORS[kind];
  }
}

/** How long a rate limit asks the caller to wait, whatever the form; undefined where it does not say. */
export function retryAfterMs(action: FaultAction): number | undefined {
  const form = textOf(action, "retryAfterForm");
  if (form === "absent") return undefined;
  return form === "absurd" ? ABSURD_RETRY_AFTER_MS : numberOf(action, "retryAfterMs");
}

/** As the status appears in an error of a client. */
function httpError(status: number, message: string): FaultError {
  return { name: "HttpError", message: `${status} ${message}`, status };
}

function system(code: string, message: string, name = "Error"): FaultError {
  return { name, message, code };
}

const RESET = system("ECONNRESET", "read ECONNRESET");
const NO_TIME = system("ETIMEDOUT", "The operation timed out", "TimeoutError");

const SYSTEM_ERRORS: Readonly<Record<string, FaultError>> = {
  "dns-failure": system("ENOTFOUND", "getaddrinfo ENOTFOUND"),
  "connection-refused": system("ECONNREFUSED", "connect ECONNREFUSED"),
  "tls-invalid": system("ERR_TLS_CERT_ALTNAME_INVALID", "The certificate is for another name"),
  "tls-expired": system("CERT_HAS_EXPIRED", "certificate has expired"),
  "reset-before-headers": RESET,
  "reset-mid-body": RESET,
  "response-lost": RESET,
  "keep-alive-dropped": system("ECONNRESET", "socket hang up"),
  timeout: NO_TIME,
  "mcp-timeout": NO_TIME,
  "mcp-server-crash": RESET,
  "redirect-loop": system("ERR_FR_TOO_MANY_REDIRECTS", "redirect count exceeded"),
  "wrong-length": system("ECONNRESET", "The connection closed before the announced length"),
  "broken-gzip": system("Z_DATA_ERROR", "incorrect header check"),
  "html-error": {
    name: "SyntaxError",
    message: `Unexpected token '<', "<!DOCTYPE html>" is not valid JSON`,
  },
  "cut-mid-event": RESET,
  "cut-mid-utf8": RESET,
};
