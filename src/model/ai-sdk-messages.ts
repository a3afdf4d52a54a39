import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
} from "@ai-sdk/provider";
import type { AssistantMessage, Message, ToolRequest } from "../domain/index.ts";
import { type Json, toJson } from "../kernel/index.ts";

type ToolMessage = Extract<Message, { role: "tool" }>;

/**
 * An AI SDK prompt in the log's one form of a message. Files become a short note, and approvals of tools that the
 * provider runs itself are left out: neither is text the log could keep.
 */
export function messagesFromPrompt(prompt: LanguageModelV4Prompt): Message[] {
  return prompt.flatMap(messagesFromOne);
}

/** The way back; texts, calls and results survive a round trip. */
export function promptFromMessages(messages: readonly Message[]): LanguageModelV4Prompt {
  return messages.map((message): LanguageModelV4Message => {
    switch (message.role) {
      case "system":
        return { role: "system", content: message.content };
      case "user":
        return { role: "user", content: [{ type: "text", text: message.content }] };
      case "assistant":
        return { role: "assistant", content: assistantParts(message) };
      case "tool": {
        const { callId: toolCallId, tool: toolName } = message;
        return { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output: outputOf(message) }] };
      }
    }
  });
}

/** The arguments a model wrote; its raw text where they are not JSON. */
export function parseArguments(text: string): Json {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function messagesFromOne(message: LanguageModelV4Message): Message[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: message.content }];
    case "user": {
      const texts = message.content.map((part) => (part.type === "text" ? part.text : describeFile(part)));
      return [{ role: "user", content: texts.join("\n") }];
    }
    case "assistant":
      return messagesFromAssistant(message);
    case "tool":
      return message.content.flatMap((part) => (part.type === "tool-result" ? [toolMessage(part)] : []));
  }
}

function messagesFromAssistant({ content }: Extract<LanguageModelV4Message, { role: "assistant" }>): Message[] {
  let text = "";
  let reasoning = "";
  const toolRequests: ToolRequest[] = [];
  const results: ToolMessage[] = [];
  for (const part of content) {
    if (part.type === "text") text += part.text;
    else if (part.type === "reasoning") reasoning += part.text;
    else if (part.type === "file") text += describeFile(part);
    else if (part.type === "tool-result") results.push(toolMessage(part));
    else if (part.type === "tool-call") {
      toolRequests.push({ callId: part.toolCallId, tool: part.toolName, arguments: toJson(part.input) });
    }
  }
  return [assistantMessage({ text, reasoning, toolRequests }), ...results];
}

export function assistantMessage(parts: {
  readonly text: string;
  readonly reasoning: string;
  readonly toolRequests: readonly ToolRequest[];
}): AssistantMessage {
  return {
    role: "assistant",
    content: parts.text,
    ...(parts.reasoning !== "" && { reasoning: parts.reasoning }),
    ...(parts.toolRequests.length > 0 && { toolRequests: parts.toolRequests }),
  };
}

function toolMessage(part: {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output: LanguageModelV4ToolResultOutput;
}): ToolMessage {
  const { result, isError } = resultOf(part.output);
  return { role: "tool", callId: part.toolCallId, tool: part.toolName, result, ...(isError && { isError }) };
}

function resultOf(output: LanguageModelV4ToolResultOutput): { result: Json; isError: boolean } {
  switch (output.type) {
    case "text":
    case "json":
      return { result: toJson(output.value), isError: false };
    case "error-text":
    case "error-json":
      return { result: toJson(output.value), isError: true };
    case "execution-denied":
      return { result: { error: `execution denied${output.reason ? `: ${output.reason}` : ""}` }, isError: true };
    case "content": {
      const texts = output.value.map((part) => (part.type === "text" ? part.text : `[${part.type}]`));
      return { result: texts.join("\n"), isError: false };
    }
  }
}

function outputOf({ result, isError }: ToolMessage): LanguageModelV4ToolResultOutput {
  if (typeof result === "string") return { type: isError ? "error-text" : "text", value: result };
  // Our JSON is the SDK's, but for `readonly`.
  return { type: isError ? "error-json" : "json", value: structuredClone(result) as never };
}

function assistantParts(message: AssistantMessage): Extract<LanguageModelV4Message, { role: "assistant" }>["content"] {
  return [
    ...(message.reasoning === undefined ? [] : [{ type: "reasoning" as const, text: message.reasoning }]),
    ...(message.content === "" ? [] : [{ type: "text" as const, text: message.content }]),
    ...(message.toolRequests ?? []).map((request) => ({
      type: "tool-call" as const,
      toolCallId: request.callId,
      toolName: request.tool,
      input: request.arguments,
    })),
  ];
}

function describeFile({ mediaType, filename }: Pick<LanguageModelV4FilePart, "mediaType" | "filename">): string {
  return `[file ${filename === undefined ? "" : `${filename}, `}${mediaType}]`;
}
