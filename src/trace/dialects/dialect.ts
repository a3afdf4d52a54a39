import type { Message, MicroUsd, ObservedSpan, Usage } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import type { OfferedTool, RetrievedDocument, SpanReading, ToolReading } from "../span-reading.ts";
import type { AttributeNames } from "./attribute-names.ts";

/** One family's way to name what a span says. */
export interface Dialect {
  readonly name: string;
  /** Attributes that only this family has: one of them, and the span is read. */
  readonly own: RegExp;
  /** Where something else than its attributes says so. */
  readonly isElse?: (span: ObservedSpan) => boolean;
  /**
   * Undefined where nothing of it is in this span after all.
   * @param names those of the span's attributes
   */
  read(span: ObservedSpan, names: AttributeNames): DialectReading | undefined;
}

/** What one dialect found, before it is decided what the span was. */
export interface DialectReading {
  readonly kind?: SpanReading["kind"];
  readonly agentName?: string;
  readonly agentVersion?: string;
  readonly session?: string;
  readonly user?: string;
  readonly provider?: string;
  readonly requested?: string;
  readonly answered?: string;
  readonly settings?: JsonObject;
  readonly finishReason?: string;
  readonly usage?: Usage;
  readonly costMicroUsd?: MicroUsd;
  readonly offered?: readonly OfferedTool[];
  /** What the model was told beside its messages. */
  readonly instructions?: string;
  readonly input?: readonly Message[];
  readonly output?: readonly Message[];
  readonly inputValue?: Json;
  readonly outputValue?: Json;
  readonly tool?: ToolReading;
  readonly query?: string;
  readonly documents?: readonly RetrievedDocument[];
  /** Why it failed, where a dialect has a word of its own for it. */
  readonly failure?: string;
}

/** Where a dialect keeps its plain fields: for each, the names it has or had, the surest first. */
export interface FieldNames {
  readonly agentName?: readonly string[];
  readonly agentVersion?: readonly string[];
  readonly session?: readonly string[];
  readonly user?: readonly string[];
  readonly provider?: readonly string[];
  readonly requested?: readonly string[];
  readonly answered?: readonly string[];
  readonly finishReason?: readonly string[];
  readonly inputTokens?: readonly string[];
  readonly outputTokens?: readonly string[];
  readonly cachedInputTokens?: readonly string[];
  readonly reasoningTokens?: readonly string[];
  /** US dollars of the whole call, or of its parts. */
  readonly cost?: readonly string[];
  readonly costParts?: readonly (readonly string[])[];
  readonly inputValue?: readonly string[];
  readonly outputValue?: readonly string[];
  readonly toolName?: readonly string[];
  readonly toolCallId?: readonly string[];
  readonly toolArguments?: readonly string[];
  readonly toolResult?: readonly string[];
  readonly toolDescription?: readonly string[];
}
