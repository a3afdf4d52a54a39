import { AegisError } from "../../kernel/index.ts";

/** A payload that is no request at all, or breaks off: nothing of it is kept. */
export function badPayload(what: string, cause?: unknown): AegisError {
  return new AegisError(
    "trace.bad_payload",
    `The telemetry cannot be read: ${what}.`,
    cause === undefined ? {} : { cause },
  );
}
