import { isJsonObject, type Json, type JsonObject } from "../../../kernel/index.ts";

/** A tool's result: what it says as text and what it says as a value are changed alike; nothing else is touched. */
export function changeResult(result: JsonObject, change: (value: Json) => Json): JsonObject {
  const { content, structuredContent } = result;
  if (structuredContent !== undefined) {
    const changed = change(structuredContent);
    // Servers that give a value give its text too, for clients that read no values.
    const texts = [{ type: "text", text: JSON.stringify(changed) }];
    return { ...result, structuredContent: changed, ...(content !== undefined && { content: texts }) };
  }
  if (!Array.isArray(content)) return result;
  const blocks = (content as readonly Json[]).map((block) => {
    if (!isJsonObject(block) || typeof block["text"] !== "string") return block;
    const changed = change(block["text"]);
    return { ...block, text: typeof changed === "string" ? changed : JSON.stringify(changed) };
  });
  return { ...result, content: blocks };
}
