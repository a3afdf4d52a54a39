import type { ToolRequest } from "../../domain/index.ts";
import { canonicalJson, type Json } from "../../kernel/index.ts";
import type { ModelEffect, ToolEffect } from "./effect.ts";

/** A call as a model asked for it. */
export interface Request {
  readonly by: ModelEffect;
  /** Its place in the answer. */
  readonly index: number;
  readonly told: ToolRequest;
  /** As in the log: told by the model, by the tool's span, or made up. */
  callId: string;
  effect: ToolEffect | undefined;
}

/** Equal for the same tool with the same arguments. */
export function signatureOf({
  tool,
  arguments: given,
}: {
  readonly tool: string;
  readonly arguments: Json | undefined;
}) {
  return `${tool} ${canonicalJson(given)}`;
}
