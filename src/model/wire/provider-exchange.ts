import type { EffectError, Message } from "../../domain/index.ts";
import type { ModelAnswer } from "../language-model.ts";

/** Names and values as they came; a name may stand more than once. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** One request and its answer, as bytes. */
export interface ProviderExchange {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly requestHeaders: HeaderList;
  readonly requestBody: Uint8Array;
  /** Undefined where the connection ended before an answer's head. */
  readonly status?: number | undefined;
  readonly responseHeaders?: HeaderList | undefined;
  readonly responseBody?: Uint8Array | undefined;
  readonly durationMs: number;
  /** The answer's body ended as its sender meant it to. */
  readonly isWhole: boolean;
}

export type WireFormatName = "openai-chat" | "openai-responses" | "anthropic-messages";

/** A call of a model, read off the wire. */
export interface SeenProviderCall {
  readonly format: WireFormatName;
  /** Who was asked, as far as the host tells: a known provider's name, or the host itself. */
  readonly provider: string;
  /** The model that was asked for, "" where none was named. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly toolNames: readonly string[];
  /** Of a stream that broke off: what had come, its finish reason "error", beside the error. */
  readonly answer?: ModelAnswer;
  readonly error?: EffectError;
  readonly durationMs: number;
}

/** A header's values, joined; "" where there is none. */
export function headerOf(headers: HeaderList, name: string): string {
  return headers
    .filter(([each]) => each.toLowerCase() === name)
    .map(([, value]) => value)
    .join(",");
}
