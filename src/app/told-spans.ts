import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject, type Json, LIMITS } from "../kernel/index.ts";
import type { AppendEvent } from "../agent/index.ts";
import type { NewEvent } from "../domain/index.ts";

/** Effect numbers of spans that agents send start here, apart from what the endpoint itself saw. */
const SPAN_EFFECTS_FROM = 2e14;

/**
 * Takes OTLP/JSON spans an agent sends during its trial and logs its tool executions (`execute_tool`, OpenTelemetry
 * GenAI names) with the witness `agent`. Other spans are accepted and left.
 */
export function toldSpans(append: AppendEvent): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  // Exporters send several batches: numbers go on over all of them.
  let nextEffect = SPAN_EFFECTS_FROM;
  return async (request, response) => {
    try {
      const body = JSON.parse(await readBody(request)) as Json;
      for (const span of spansOf(body).filter(isToolExecution)) await appendSpan(span, nextEffect++, append);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    } catch (error) {
      const closing: Record<string, string> = request.complete ? {} : { connection: "close" };
      response.writeHead(400, { ...closing, "content-type": "application/json" });
      response.end(JSON.stringify({ code: 3, message: `expected OTLP/JSON: ${(error as Error).message}` }));
    }
  };
}

interface Span {
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: ReadonlyMap<string, Json>;
}

function isToolExecution({ attributes }: Span): boolean {
  const tool = attributes.get("gen_ai.tool.name");
  return attributes.get("gen_ai.operation.name") === "execute_tool" && typeof tool === "string";
}

async function appendSpan(span: Span, effect: number, append: AppendEvent): Promise<void> {
  const tool = String(span.attributes.get("gen_ai.tool.name"));
  const callId = String(span.attributes.get("gen_ai.tool.call.id") ?? span.spanId);
  const error = span.attributes.get("error.type");
  const called: NewEvent<"tool.called"> = {
    type: "tool.called",
    atMs: span.startMs,
    witness: "agent",
    effect,
    attempt: 1,
    callId,
    tool,
    arguments: decoded(span.attributes.get("gen_ai.tool.call.arguments") ?? {}),
  };
  await append(called);
  await append({
    type: "tool.returned",
    atMs: span.endMs,
    witness: "agent",
    effect,
    callId,
    tool,
    durationMs: span.endMs - span.startMs,
    ...(error === undefined
      ? { result: decoded(span.attributes.get("gen_ai.tool.call.result") ?? null) }
      : { error: { name: String(error), message: String(error) } }),
  });
}

function spansOf(body: Json): Span[] {
  const spans = list(body, "resourceSpans").flatMap((resource) =>
    list(resource, "scopeSpans").flatMap((scope) => list(scope, "spans")),
  );
  return spans.map((span) => {
    const fields = isJsonObject(span) ? span : {};
    const attributes = list(span, "attributes").flatMap((each): [string, Json][] => {
      if (!isJsonObject(each) || !isJsonObject(each["value"])) return [];
      return [[String(each["key"]), Object.values(each["value"])[0] ?? null]];
    });
    const milliseconds = (name: string) => Number(BigInt(String(fields[name] ?? 0)) / 1_000_000n);
    return {
      spanId: String(fields["spanId"] ?? ""),
      startMs: milliseconds("startTimeUnixNano"),
      endMs: milliseconds("endTimeUnixNano"),
      attributes: new Map(attributes),
    };
  });
}

function list(value: Json, key: string): readonly Json[] {
  const member = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(member) ? member : [];
}

function decoded(value: Json): Json {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const bytesMax = LIMITS.requestBodyBytesMax;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    // Somewhat too much is read and dropped: a client still sending would never see the answer.
    else if (bytes > 2 * bytesMax) break;
  }
  if (bytes > bytesMax) throw new Error(`more than ${bytesMax} bytes`);
  return Buffer.concat(chunks).toString("utf8");
}
