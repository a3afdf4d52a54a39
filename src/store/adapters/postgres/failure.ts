import { AegisError, type ErrorCode } from "../../../kernel/index.ts";

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CODES: Readonly<Record<string, ErrorCode>> = {
  "22021": "store.bad_text",
  "22P05": "store.bad_text",
  "40001": "store.locked",
  "40P01": "store.locked",
  "42703": "store.corrupt",
  "42P01": "store.corrupt",
  "55P03": "store.locked",
  XX001: "store.corrupt",
  XX002: "store.corrupt",
};

/** The server shuts down, crashed, or is starting; a session it ended for idling. */
const ENDED = new Set(["57P01", "57P02", "57P03", "57P05", "25P03"]);
const RACED = new Set(["40001", "40P01"]);
const NETWORK = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"]);

/** What Postgres or the network said, as one of our failures; the database's own error stays its cause. */
export function failureOf(error: unknown, label: string): AegisError {
  if (error instanceof AegisError) return error;
  const code = CODES[sqlState(error) ?? ""] ?? "store.unavailable";
  const reason = messageOf(error);
  return new AegisError(code, `The store ${label}: ${reason}`, { cause: error, details: { store: label } });
}

/** The SQLSTATE, where the server itself answered. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof AegisError) return sqlState(error.cause);
  if (!(error instanceof Error) || !("severity" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The connection is gone, or could not be made: another one may do better. */
export function isLost(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith("08") || ENDED.has(state);
  if (!(error instanceof Error) || error instanceof AegisError) return false;
  if ("code" in error && typeof error.code === "string") return NETWORK.has(error.code);
  return /connection (terminated|error)|timeout expired|not queryable/i.test(error.message);
}

/** A statement was prepared for a table that has changed since, e.g. by a newer version of us: a new connection prepares anew. */
export function isOutdated(error: unknown): boolean {
  return sqlState(error) === "0A000";
}

/** Worth waiting for when a connection is refused: Postgres is starting, or all its places are taken. */
export function mayPassSoon(error: unknown): boolean {
  return isLost(error) || sqlState(error) === "53300";
}

/** Taken back by Postgres because another transaction was in the way. */
export function lostRace(error: unknown): boolean {
  return RACED.has(sqlState(error) ?? "");
}

/** Several addresses of one name give an error that holds one for each. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}
