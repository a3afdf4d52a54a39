import { AegisError, ERROR_CATALOGUE, type ErrorCode } from "../kernel/index.ts";
import type { EffectError } from "../domain/index.ts";
import { whereThrown } from "./where-thrown.ts";

const MESSAGE_LENGTH_MAX = 2_000;

/** An error as the log keeps it. */
export function effectError(error: unknown): EffectError {
  if (!(error instanceof Error)) return { name: "Error", message: cut(String(error)) };
  // The AI SDK wraps a model's own error: what happened is underneath.
  if (error.cause instanceof AegisError && !(error instanceof AegisError)) return effectError(error.cause);
  const { status, statusCode, retryAfterMs } = error as {
    status?: unknown;
    statusCode?: unknown;
    retryAfterMs?: unknown;
  };
  const details = error instanceof AegisError ? error.details : {};
  const where = error instanceof AegisError ? undefined : whereThrown(error);
  const httpStatus = [status, statusCode, details["status"]].find((value) => typeof value === "number");
  const retryMs = [retryAfterMs, details["retryAfterMs"]].find((value) => typeof value === "number");
  return {
    name: error instanceof AegisError ? error.code : error.name,
    message: cut(error.message),
    ...(httpStatus !== undefined && { status: httpStatus as number }),
    ...(retryMs !== undefined && { retryAfterMs: retryMs as number }),
    ...(where !== undefined && { where }),
  };
}

/** The error an effect ended with, thrown again on replay. */
export function errorFromRecord({ message, ...told }: EffectError): Error {
  if (!isCode(told.name)) return Object.assign(new Error(message), told);
  const { status, retryAfterMs } = told;
  const details = { ...(status !== undefined && { status }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return new AegisError(told.name, message, { details });
}

/**
 * What the agent is shown of a failure, in a run that may be replayed: the error itself where the record reads the same,
 * or else what the record makes of it. What it says to a model next must be the same both times.
 */
export function replayableError(error: unknown, record: EffectError): unknown {
  const replayed = errorFromRecord(record);
  return error instanceof Error && String(error) === String(replayed) ? error : replayed;
}

function isCode(name: string): name is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, name);
}

function cut(text: string): string {
  return text.length > MESSAGE_LENGTH_MAX ? `${text.slice(0, MESSAGE_LENGTH_MAX)}… (${text.length} characters)` : text;
}
