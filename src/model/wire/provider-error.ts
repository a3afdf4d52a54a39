import type { EffectError } from "../../domain/index.ts";
import { fixedClock, isJsonObject, type JsonObject } from "../../kernel/index.ts";
import { retryAfterOf } from "../ai-sdk-error.ts";
import { objectOf, stringOf } from "./json-fields.ts";
import { type HeaderList, headerOf } from "./provider-exchange.ts";

const MESSAGE_LENGTH_MAX = 2_000;

/** What a provider says went wrong: in a body, or within a stream that had begun well. */
export function providerError(told: {
  readonly status: number | undefined;
  readonly headers: HeaderList;
  readonly body: JsonObject;
  /** Shown where the body says nothing of an error. */
  readonly text: string;
}): EffectError {
  const { error, message, detail } = told.body;
  const inner = objectOf(error);
  const said = [inner["message"], error, message, detail, told.text].find(
    (each) => typeof each === "string" && each !== "",
  );
  const status =
    told.status !== undefined && told.status >= 400 ? told.status : statusOf(isJsonObject(error) ? inner : told.body);
  const retryAfterMs = retryAfter(told.headers);
  return {
    name: status === 429 ? "model.rate_limited" : "model.unavailable",
    message: stringOf(said).slice(0, MESSAGE_LENGTH_MAX) || `the provider answered ${told.status ?? "nothing"}`,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Within a stream the head was a 200 already: the kind of the error tells the status it would have had. */
function statusOf({ code, type }: JsonObject): number | undefined {
  if (typeof code === "number" && code >= 400 && code <= 599) return code;
  return STATUS_OF_KIND[stringOf(type)] ?? STATUS_OF_KIND[stringOf(code)];
}

const STATUS_OF_KIND: Readonly<Record<string, number | undefined>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  api_error: 500,
  server_error: 500,
  overloaded_error: 529,
};

/** A date to come back at is measured from the answer's own date. */
function retryAfter(headers: HeaderList): number | undefined {
  const names = ["retry-after-ms", "retry-after"];
  const given = Object.fromEntries(
    names.map((name) => [name, headerOf(headers, name)]).filter(([, value]) => value !== ""),
  );
  const waitMs = retryAfterOf(given, fixedClock(Date.parse(headerOf(headers, "date"))));
  return waitMs !== undefined && Number.isSafeInteger(waitMs) ? waitMs : undefined;
}
