import type { AssistantMessage, EffectError, Message, MicroUsd, SourceReference, Usage } from "../domain/index.ts";
import type { Json, JsonObject } from "../kernel/index.ts";

/** What a dialect understood of one span. What it does not say is left out, never made up. */
export interface SpanReading {
  /** Dialects that had something to say, the one that decided the kind first. */
  readonly dialects: readonly string[];
  readonly kind: "agent" | "model" | "tool" | "retrieval" | "other";
  readonly agent?: { readonly name?: string; readonly version?: string };
  readonly session?: string;
  readonly user?: string;
  readonly model?: ModelReading;
  readonly tool?: ToolReading;
  readonly retrieval?: { readonly query?: string; readonly documents: readonly RetrievedDocument[] };
  /** Of agents, chains and everything else that wraps: messages where it holds a conversation, else the value. */
  readonly input?: { readonly messages?: readonly Message[]; readonly value?: Json };
  /** The answer; or the whole conversation as it was at the end, where that is what came out. */
  readonly output?: { readonly messages?: readonly Message[]; readonly value?: Json };
  readonly error?: EffectError;
}

export interface ModelReading {
  readonly provider?: string;
  readonly requested?: string;
  readonly answered?: string;
  readonly settings?: JsonObject;
  /** System instructions first, where they came apart from the messages. */
  readonly input?: readonly Message[];
  /** One per choice; the first is the answer. */
  readonly output?: readonly AssistantMessage[];
  readonly finishReason?: string;
  readonly usage?: Usage;
  readonly costMicroUsd?: MicroUsd;
  /** What the model was offered. */
  readonly tools?: readonly OfferedTool[];
}

export interface OfferedTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments. */
  readonly inputSchema?: JsonObject;
}

export interface ToolReading {
  readonly name?: string;
  readonly callId?: string;
  readonly arguments?: Json;
  readonly result?: Json;
  readonly description?: string;
}

export interface RetrievedDocument extends Partial<SourceReference> {
  readonly content?: string;
  readonly score?: number;
}
