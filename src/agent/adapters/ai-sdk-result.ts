import type {
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import type { RunEvent } from "../../domain/index.ts";
import { type ModelAnswer, resultFromAnswer } from "../../model/index.ts";

/** A provider's result, rebuilt from the log. */
export function resultFromEvent(event: RunEvent<"model.returned">): LanguageModelV4GenerateResult {
  const result = resultFromAnswer({
    message: event.message ?? { role: "assistant", content: "" },
    finishReason: (event.finishReason ?? "stop") as ModelAnswer["finishReason"],
    usage: event.usage ?? {},
    ...(event.model !== undefined && { model: event.model }),
  });
  return event.content ? { ...result, content: event.content as unknown as LanguageModelV4Content[] } : result;
}

/** A whole result as the parts of a stream; the last one is `finish`. */
export function streamFromResult(result: LanguageModelV4GenerateResult): LanguageModelV4StreamPart[] {
  const parts = result.content.flatMap((part, index): LanguageModelV4StreamPart[] => {
    const id = String(index);
    switch (part.type) {
      case "text":
        return [
          { type: "text-start", id },
          { type: "text-delta", id, delta: part.text },
          { type: "text-end", id, ...detailsOf(part) },
        ];
      case "reasoning":
        return [
          { type: "reasoning-start", id },
          { type: "reasoning-delta", id, delta: part.text },
          { type: "reasoning-end", id, ...detailsOf(part) },
        ];
      default:
        return [part];
    }
  });
  const { usage, finishReason } = result;
  const finish: LanguageModelV4StreamPart = { type: "finish", usage, finishReason, ...detailsOf(result) };
  return [{ type: "stream-start", warnings: [] }, ...parts, finish];
}

/** The parts of a finished stream as one result. */
export function contentParts(parts: readonly LanguageModelV4StreamPart[]): LanguageModelV4GenerateResult {
  const content: LanguageModelV4Content[] = [];
  const open = new Map<string, { type: "text" | "reasoning"; text: string }>();
  let finish: Extract<LanguageModelV4StreamPart, { type: "finish" }> | undefined;
  let modelId: string | undefined;
  for (const part of parts) {
    if (part.type === "text-start" || part.type === "reasoning-start") {
      const block = {
        type: part.type === "text-start" ? "text" : "reasoning",
        text: "",
        ...detailsOf(part),
      } as const;
      open.set(part.id, block);
      content.push(block);
    } else if (part.type === "text-delta" || part.type === "reasoning-delta") {
      const block = open.get(part.id);
      if (block) block.text += part.delta;
    } else if (part.type === "text-end" || part.type === "reasoning-end") {
      const block = open.get(part.id);
      if (block) Object.assign(block, detailsOf(part));
    } else if (part.type === "finish") finish = part;
    else if (part.type === "response-metadata") modelId = part.modelId;
    else if (isContent(part)) content.push(part);
  }
  if (!finish) throw new Error("the model's stream ended without a finish part");
  return {
    content,
    finishReason: finish.finishReason,
    usage: finish.usage,
    warnings: [],
    ...detailsOf(finish),
    ...(modelId !== undefined && { response: { modelId } }),
  };
}

/** What only the provider understands, and wants back (signatures, item ids). */
function detailsOf<Details>({ providerMetadata }: { readonly providerMetadata?: Details }) {
  return providerMetadata === undefined ? {} : { providerMetadata };
}

function isContent(
  part: LanguageModelV4StreamPart,
): part is Extract<LanguageModelV4StreamPart, LanguageModelV4Content> {
  return ["tool-call", "tool-result", "file", "reasoning-file", "source", "custom", "tool-approval-request"].includes(
    part.type,
  );
}
