import type { Message } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import type { ModelAnswer, ToolSchema } from "../language-model.ts";
import type { WireFormatName } from "./provider-exchange.ts";

/** How one kind of API says what all of them say. Reads what it can and never throws. */
export interface WireFormat {
  readonly name: WireFormatName;
  /** Whether a request is a call of a model in this format. */
  claims(seen: SeenRequest): boolean;
  messages(body: JsonObject): Message[];
  tools(body: JsonObject): ToolSchema[];
  /** @returns undefined where the body holds no answer */
  answer(body: JsonObject): ModelAnswer | undefined;
  /** A stream's events as the body that would have come without streaming. */
  fold(events: readonly JsonObject[]): FoldedStream;
}

export interface SeenRequest {
  readonly path: string;
  readonly body: JsonObject;
  /** False where the body is cut or no JSON object: then it is {}. */
  readonly isReadable: boolean;
  readonly hasVersionHeader: boolean;
  /** What came back: the body, or the first event of a stream; {} for nothing. */
  readonly answer: JsonObject;
}

export interface FoldedStream {
  readonly body: JsonObject;
  /** The provider said why it stopped. */
  readonly isEnded: boolean;
  /** What the provider sent instead of an end. */
  readonly error?: JsonObject;
}
