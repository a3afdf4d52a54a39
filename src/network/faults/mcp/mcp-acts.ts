import { isJsonObject, type Json, type JsonObject } from "../../../kernel/index.ts";
import { jsonChange, keepShareOfList, numberOf, textOf } from "../../../fault/index.ts";
import type { AfterUpstream, BeforeUpstream } from "../../disturbance.ts";
import type { EdgeAnswer } from "../../exchange.ts";
import { answerThatFlows, answerWith, bodyOf, jsonAnswer, type WholeAnswer } from "../answer-body.ts";
import { earlierBody, onWhole } from "../body-acts.ts";
import { isEventStream, jsonOf, readEvents, streamEvent, type StreamEvent, writeEvents } from "../event-stream.ts";
import type { FaultAct, FaultScene } from "../fault-act.ts";
import { type JsonRpcCall, parseJson } from "../read-protocol.ts";
import { changeResult } from "./change-result.ts";
import { poisonDescription, removeTool, renameParameter } from "./change-tools.ts";

/** Faults of an MCP server that is reached over HTTP; undefined for others. */
export function mcpAct(scene: FaultScene): FaultAct | undefined {
  const { hit, protocol, marker } = scene;
  const { do: action } = hit.fault;
  if (protocol.kind !== "mcp" || hit.target.boundary !== "mcp") return undefined;
  const { call } = protocol;
  const onResult = (change: (result: JsonObject) => Json) =>
    onWhole(scene, (whole) => onMessage(whole, call, (message) => changedResult(message, change)));
  switch (action.kind) {
    case "mcp-list-changed":
      return onWhole(scene, (whole) =>
        withEventBefore(whole, { jsonrpc: "2.0", method: "notifications/tools/list_changed" }),
      );
    case "mcp-tool-removed": {
      const tool = textOf(action, "tool");
      if (call.method === "tools/list") return onResult((result) => removeTool(result, tool));
      return ownAnswer(scene, rpcError(call, -32602, `Unknown tool: ${textOf(action, "tool") || toolOf(call)}`));
    }
    case "mcp-schema-changed":
      if (call.method === "tools/list") return onResult((result) => renameParameter(result, textOf(action, "tool")));
      return ownAnswer(
        scene,
        rpcError(call, -32602, `Invalid arguments for tool ${toolOf(call)}: a parameter was renamed`),
      );
    case "mcp-timeout":
      return ownAnswer(scene, rpcError(call, -32001, "Request timed out"), numberOf(action, "afterMs"));
    case "mcp-is-error":
      return ownAnswer(
        scene,
        rpcResult(call, { content: [{ type: "text", text: textOf(action, "text") }], isError: true }),
      );
    case "mcp-bad-json-rpc":
      return onWhole(scene, (whole) => onMessage(whole, call, ({ result }) => ({ ok: true, data: result ?? null })));
    case "mcp-wrong-id":
      return onWhole(scene, (whole) => onMessage(whole, call, (message) => ({ ...message, id: otherId(call.id) })));
    case "mcp-protocol-mismatch":
      return onResult((result) => ({ ...result, protocolVersion: textOf(action, "version") }));
    case "mcp-noise":
      return onWhole(scene, (whole) => withNoise(whole, textOf(action, "text")));
    case "mcp-poisoned-description": {
      const text = textOf(action, "text").replaceAll("{marker}", marker);
      return onResult((result) => poisonDescription(result, { tool: textOf(action, "tool"), text }));
    }
    case "read-after-write-lag":
      return onWhole(scene, async (whole) => {
        const message = answerIn(await earlierBody(scene));
        return message && onMessage(whole, call, (now) => changedResult(now, () => message["result"] ?? null));
      });
    case "partial-batch":
      return {
        before: () => Promise.resolve({ kind: "go-on", ...partOfCall(scene, call, numberOf(action, "share")) }),
      };
    case "lost-update": {
      const answer = action.parameters["answer"] ?? null;
      return ownAnswer(scene, rpcResult(call, { content: [{ type: "text", text: JSON.stringify(answer) }] }));
    }
    default:
      return SAID.has(action.kind) ? dataAct(scene, call, onResult) : undefined;
  }
}

/** Faults that are about what a tool says, inside the protocol's frame. */
const SAID: ReadonlySet<string> = new Set([
  "empty",
  "partial",
  "looping-cursor",
  "oversized",
  "duplicate-items",
  "stale",
  "schema-drift",
  "wrong-value",
  "injected-prompt",
  "clock-skew",
]);

/** The calls that a fault is about; undefined: every one. */
export function methodsOf(kind: string): readonly string[] | undefined {
  if (SAID.has(kind) || CALLS.has(kind)) return ["tools/call"];
  if (kind === "mcp-poisoned-description") return ["tools/list"];
  if (kind === "mcp-protocol-mismatch") return ["initialize"];
  return kind === "mcp-tool-removed" || kind === "mcp-schema-changed" ? ["tools/list", "tools/call"] : undefined;
}

const CALLS: ReadonlySet<string> = new Set([
  "mcp-is-error",
  "mcp-list-changed",
  "lost-update",
  "partial-batch",
  "read-after-write-lag",
]);

function dataAct(
  { hit, marker }: FaultScene,
  call: JsonRpcCall,
  onResult: (change: (result: JsonObject) => Json) => FaultAct,
): FaultAct | undefined {
  const change = jsonChange(hit.fault.do, { random: hit.random, marker });
  const asked = call.params["arguments"] ?? null;
  return change && onResult((result) => changeResult(result, (value) => change(value, { asked })));
}

/** Of the earlier answer, one message or a stream of them, the one with the result. */
function answerIn(earlier: Json | undefined): JsonObject | undefined {
  const messages = typeof earlier === "string" ? readEvents(earlier).map(jsonOf) : [earlier];
  return messages.filter(isJsonObject).findLast((message) => message["result"] !== undefined);
}

/** Only a part of the batch in a call's arguments reaches the server. */
function partOfCall(
  { tell }: FaultScene,
  { id, method, params }: JsonRpcCall,
  share: number,
): { readonly body?: Uint8Array } {
  const given = params["arguments"] ?? null;
  const part = keepShareOfList(given, share);
  if (JSON.stringify(part) === JSON.stringify(given)) return {};
  tell();
  const message = { jsonrpc: "2.0", id, method, params: { ...params, arguments: part } };
  return { body: Buffer.from(JSON.stringify(message)) };
}

/** Answers in the server's place, before it hears of the call or after it has done its work. */
function ownAnswer(scene: FaultScene, message: JsonObject, delayMs = 0): FaultAct {
  const { side } = scene.hit.fault;
  const act = async (signal: AbortSignal): Promise<AfterUpstream & BeforeUpstream> => {
    scene.tell(delayMs > 0 ? { delayMs } : {});
    if (delayMs > 0) await scene.sleep(delayMs, signal);
    return { kind: "answer", answer: jsonAnswer(200, message) };
  };
  return side === "before" ? { before: act } : { after: (_, signal) => act(signal) };
}

function rpcError({ id }: JsonRpcCall, code: number, message: string): JsonObject {
  return { jsonrpc: "2.0", id, error: { code, message } };
}

function rpcResult({ id }: JsonRpcCall, result: JsonObject): JsonObject {
  return { jsonrpc: "2.0", id, result };
}

/** The message that answers the call, changed in the form it came in. */
function onMessage(
  whole: WholeAnswer,
  { id }: JsonRpcCall,
  change: (message: JsonObject) => JsonObject,
): EdgeAnswer | undefined {
  const isAnswer = (message: Json | undefined): message is JsonObject => isJsonObject(message) && message["id"] === id;
  if (!isEventStream(whole)) {
    const message = parseJson(whole.body);
    const changed = isAnswer(message) ? change(message) : message;
    return changed === message ? undefined : answerWith(whole, JSON.stringify(changed));
  }
  const events = readEvents(whole.body.toString("utf8"));
  const changed = events.map((event): StreamEvent => {
    const message = jsonOf(event);
    const next = isAnswer(message) ? change(message) : message;
    return next === message || next === undefined ? event : streamEvent(next, event.name);
  });
  return writeEvents(changed) === writeEvents(events) ? undefined : inStream(whole, changed);
}

function changedResult(message: JsonObject, change: (result: JsonObject) => Json): JsonObject {
  const { result } = message;
  if (!isJsonObject(result)) return message;
  const changed = change(result);
  return JSON.stringify(changed) === JSON.stringify(result) ? message : { ...message, result: changed };
}

/** A server may answer with a stream instead of one message: then others can come before it. */
function withEventBefore(whole: WholeAnswer, message: JsonObject): EdgeAnswer | undefined {
  if (whole.status !== 200) return undefined;
  const text = whole.body.toString("utf8");
  const events = isEventStream(whole) ? readEvents(text) : [streamEvent(text, "message")];
  return inStream(whole, [streamEvent(message, "message"), ...events]);
}

function withNoise(whole: WholeAnswer, line: string): EdgeAnswer | undefined {
  const text = whole.body.toString("utf8");
  if (!isEventStream(whole)) return answerWith(whole, `${line}\n${text}`);
  return inStream(whole, [streamEvent(line, "message"), ...readEvents(text)]);
}

function inStream(whole: WholeAnswer, events: readonly StreamEvent[]): EdgeAnswer {
  const headers = whole.headers.map(([name, value]) =>
    name.toLowerCase() === "content-type" ? ([name, "text/event-stream"] as const) : ([name, value] as const),
  );
  return answerThatFlows({ ...whole, headers }, bodyOf(...events.map(({ text }) => Buffer.from(text))));
}

function toolOf({ params }: JsonRpcCall): string {
  return typeof params["name"] === "string" ? params["name"] : "";
}

function otherId(id: string | number): string | number {
  return typeof id === "number" ? id + 1_000 : `${id}-other`;
}
