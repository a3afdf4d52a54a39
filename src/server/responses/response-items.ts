import { canonicalJson, type JsonObject } from "../../kernel/index.ts";
import type { TextPart, ToolApproval, ToolPart } from "../run-parts/index.ts";
import { approvalRequestId } from "./response-ids.ts";

/** `incomplete` marks what counts no more, and what the run's end cut off. */
export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** What item a part is, and in which run: calls are shown as made on the "server" that is the agent. */
export interface ItemPlace {
  readonly runId: string;
  readonly agent: string;
}

export function textItem({ runId }: ItemPlace, part: TextPart, status: ItemStatus): JsonObject {
  if (part.kind === "reasoning") {
    return {
      id: `rs_${runId}_${part.index}`,
      type: "reasoning",
      summary: [],
      content: contentOf(part, status),
      status,
    };
  }
  const id = `msg_${runId}_${part.index}`;
  return { id, type: "message", role: "assistant", status, content: contentOf(part, status) };
}

/** The one content part of a text or of reasoning. */
export function textContent({ kind, text }: Pick<TextPart, "kind" | "text">): JsonObject {
  return kind === "reasoning"
    ? { type: "reasoning_text", text }
    : { type: "output_text", text, annotations: [], logprobs: [] };
}

function contentOf(part: TextPart, status: ItemStatus): readonly JsonObject[] {
  return part.text === "" && status === "in_progress" ? [] : [textContent(part)];
}

/**
 * A tool call as `mcp_call`: the kind of item for tools that run on the server. A `function_call` would ask the client to
 * run it.
 */
export function toolItem({ runId, agent }: ItemPlace, part: ToolPart, isDropped = false): JsonObject {
  return {
    id: `mcp_${runId}_${part.index}`,
    type: "mcp_call",
    server_label: agent,
    name: part.tool,
    arguments: argumentsText(part),
    approval_request_id: part.approval === undefined ? null : approvalRequestId(runId, part.approval.effect),
    output: part.state === "returned" ? outputText(part) : null,
    error: errorOf(part),
    status: isDropped ? "incomplete" : toolStatus(part),
  };
}

export function argumentsText(part: ToolPart): string {
  if (part.arguments === undefined) return part.argumentsText;
  return typeof part.arguments === "string" ? part.arguments : canonicalJson(part.arguments);
}

export function approvalRequestItem({ runId, agent }: ItemPlace, part: ToolPart, { effect }: ToolApproval): JsonObject {
  const id = approvalRequestId(runId, effect);
  return { id, type: "mcp_approval_request", server_label: agent, name: part.tool, arguments: argumentsText(part) };
}

export function approvalResponseItem({ runId }: ItemPlace, { effect, decision, by }: ToolApproval): JsonObject {
  const request = approvalRequestId(runId, effect);
  const reason = by === undefined ? null : `${decision} by ${by}`;
  const id = `mcprr_${runId}_${effect}`;
  return { id, type: "mcp_approval_response", approval_request_id: request, approve: decision !== "denied", reason };
}

function outputText({ result = null }: ToolPart): string {
  return typeof result === "string" ? result : canonicalJson(result);
}

function errorOf({ state, errorText, tool }: ToolPart): JsonObject | null {
  if (state !== "failed" && state !== "denied") return null;
  const text = state === "failed" ? (errorText ?? "") : `${tool} was not approved`;
  return { type: "mcp_tool_execution_error", content: [{ type: "text", text }] };
}

function toolStatus({ state }: ToolPart): string {
  switch (state) {
    case "returned":
      return "completed";
    case "failed":
    case "denied":
      return "failed";
    case "unfinished":
      return "incomplete";
    case "called":
      return "calling";
    case "streaming":
    case "requested":
      return "in_progress";
  }
}
