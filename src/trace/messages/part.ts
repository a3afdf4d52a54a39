import type { ToolRequest } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";

/** A piece of a message, whatever the provider calls it. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reasoning"; readonly text: string }
  | { readonly kind: "call"; readonly request: ToolRequest }
  | { readonly kind: "result"; readonly result: ToolResultPart }
  /** An image, a file, a sound: the log keeps that it was there. */
  | { readonly kind: "media"; readonly what: string };

export interface ToolResultPart {
  /** Empty where it was not told. */
  readonly callId: string;
  /** Empty where it was not told. */
  readonly tool: string;
  readonly result: Json;
  readonly isError: boolean;
}

/** The parts that can be read, as one text; media as `[image]`. */
export function textOf(parts: readonly Part[], separator: string): string {
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "text") return only.text;
  const texts = parts.flatMap((part) => {
    if (part.kind === "text") return [part.text];
    return part.kind === "media" ? [`[${part.what}]`] : [];
  });
  return texts.join(separator);
}

/** Undefined where the model told no thoughts. */
export function reasoningOf(parts: readonly Part[]): string | undefined {
  let thoughts: string | undefined;
  for (const part of parts) {
    if (part.kind !== "reasoning" || part.text === "") continue;
    thoughts = thoughts === undefined ? part.text : `${thoughts}\n${part.text}`;
  }
  return thoughts;
}
