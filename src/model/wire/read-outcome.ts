import type { EffectError } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import type { ModelAnswer } from "../language-model.ts";
import { decodeBody } from "./decode-body.ts";
import { objectOf, parseJson } from "./json-fields.ts";
import { providerError } from "./provider-error.ts";
import type { ProviderExchange } from "./provider-exchange.ts";
import { isEventStream, readEvents } from "./read-events.ts";
import type { WireFormat } from "./wire-format.ts";

/** What came back. */
export interface ToldAnswer {
  readonly text: string;
  /** {} for a stream, and for what is no JSON. */
  readonly body: JsonObject;
  readonly events?: readonly JsonObject[];
}

export function readTold({ responseBody = new Uint8Array(), responseHeaders = [] }: ProviderExchange): ToldAnswer {
  const text = decodeBody(responseBody, responseHeaders);
  if (isEventStream(text)) return { text, body: {}, events: readEvents(text) };
  return { text, body: objectOf(parseJson(text)) };
}

export interface Outcome {
  readonly body?: JsonObject;
  readonly answer?: ModelAnswer;
  readonly error?: EffectError;
}

/** What a call ended with, in the words of its format. */
export function readOutcome(format: WireFormat, exchange: ProviderExchange, told: ToldAnswer): Outcome {
  const { status, responseHeaders: headers = [] } = exchange;
  const failed = (body: JsonObject, text: string) => providerError({ status, headers, body, text });
  if (status === undefined) return { error: failed({}, "the connection ended before an answer") };
  if (status >= 400) return { error: failed(told.body, told.text.trim()) };
  if (told.events) return outcomeOfStream(format, told.events, failed);
  const answer = format.answer(told.body);
  if (answer && !isFailure(told.body)) return { body: told.body, answer };
  const why = exchange.isWhole ? "the answer could not be read" : "the answer broke off";
  return { error: failed(told.body, why) };
}

function outcomeOfStream(
  format: WireFormat,
  events: readonly JsonObject[],
  failed: (body: JsonObject, text: string) => EffectError,
): Outcome {
  const { body, isEnded, error } = format.fold(events);
  const answer = format.answer(body);
  if (isEnded && !error && answer) return { body, answer };
  return {
    ...(answer && { answer: { ...answer, finishReason: "error" as const } }),
    error: failed(error ?? {}, "the answer broke off"),
  };
}

/** Some servers answer 200 with an error in the body. */
function isFailure({ error, status }: JsonObject): boolean {
  return status === "failed" || (error !== undefined && error !== null && error !== "");
}
