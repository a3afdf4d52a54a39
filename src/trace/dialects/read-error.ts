import type { EffectError, ObservedSpan } from "../../domain/index.ts";
import { pickNumber, pickText } from "../messages/pick.ts";

/** Why a span failed; undefined for one that did not. */
export function readError({ status, events, attributes }: ObservedSpan, failure?: string): EffectError | undefined {
  const type = pickText(attributes, ["error.type"]);
  if (status?.code !== "error" && failure === undefined && (type === undefined || status?.code === "ok"))
    return undefined;
  const exception = events?.findLast(({ name }) => name === "exception")?.attributes ?? {};
  const name = pickText(exception, ["exception.type"]) ?? (type === "_OTHER" ? undefined : type) ?? "Error";
  const told =
    pickText(exception, ["exception.message"]) ?? pickText(attributes, ["exception.message", "error.message"]);
  const message = told ?? status?.message ?? failure ?? name;
  const httpStatus = pickNumber(attributes, ["http.response.status_code", "http.status_code"]) ?? statusIn(type);
  const retryAfterMs = pickNumber(attributes, ["http.response.header.retry-after"]);
  return {
    name,
    message,
    ...(httpStatus !== undefined && httpStatus >= 400 && { status: httpStatus }),
    ...(retryAfterMs !== undefined && { retryAfterMs: retryAfterMs * 1000 }),
  };
}

/** The kind of an error may be the status it came with. */
function statusIn(type: string | undefined): number | undefined {
  return type !== undefined && /^[45]\d\d$/.test(type) ? Number(type) : undefined;
}
