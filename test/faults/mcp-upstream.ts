import type { UpstreamAnswer } from "./fault-upstream.ts";

const TOOLS = ["lookup", "refund"].map((name) => ({
  name,
  description: `The tool ${name}.`,
  inputSchema: { type: "object", properties: { order_id: { type: "string" } }, required: ["order_id"] },
}));

const RESULT = {
  entries: [
    { order_id: "W1", note: "leave at the door" },
    { order_id: "W2", note: "" },
  ],
};

/** An MCP server over HTTP: `/mcp` answers with JSON, `/mcp-stream` with a stream, `/mcp-count` says how many requests there were. */
export function answerMcp(
  pathname: string,
  { id, method }: { id?: number; method: string },
  requestCount: number,
): UpstreamAnswer {
  if (id === undefined) return { status: 202, type: "text/plain", pieces: [] };
  const counted = { content: [{ type: "text", text: `call ${requestCount}` }] };
  const message = JSON.stringify({
    jsonrpc: "2.0",
    id,
    result: pathname === "/mcp-count" ? counted : resultOf(method),
  });
  if (pathname !== "/mcp-stream") return { type: "application/json", pieces: [message] };
  return { type: "text/event-stream", pieces: [`event: message\ndata: ${message}\n\n`] };
}

function resultOf(method: string): unknown {
  if (method === "initialize") {
    return { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "shop", version: "1" } };
  }
  if (method === "tools/list") return { tools: TOOLS };
  return { content: [{ type: "text", text: JSON.stringify(RESULT) }], structuredContent: RESULT };
}
