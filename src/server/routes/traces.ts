import type { TraceSummary } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import {
  encodeExportResponse,
  OTLP_CONTENT_TYPES,
  otlpEncodingOf,
  partialSuccessOf,
  readOtlpRequest,
} from "../../trace/wire/index.ts";
import { definedOnly } from "../defined-only.ts";
import type { Asked, MountGroup, ServerContext, ServerDeps } from "../route-context.ts";
import { unpackBody } from "../unpack-body.ts";
import { pageOf, readPageKey } from "./sessions.ts";

export const mountTraceRoutes: MountGroup = (mount, deps) => {
  const { traces } = deps;
  mount("traces.collect", (c, asked) => collect(c, asked, deps));
  mount("traces.list", async (c, { query: { limit, before, ...filter } }) => {
    const key = readPageKey(before);
    const behind = key && { startedAtMs: key.createdAtMs, runId: key.id };
    const items = await traces.list({ limit, ...definedOnly({ ...filter, before: behind }) });
    const { next } = pageOf(items.map(keyOf), limit);
    return c.json({ items, next });
  });
  mount("traces.get", async (c, { params }) => c.json(await traces.find(params.id)));
  mount("traces.events", async (c, { params }) => {
    const trace = await traces.find(params.id);
    const items = await traces.events(trace);
    return c.json({ items, nextSeq: items.length, isComplete: items.at(-1)?.type === "run.ended" });
  });
  mount("traces.feedback", async (c, { principal, params, body }) => {
    const { runId } = await traces.find(params.id);
    const { comment, attributes, ...said } = body;
    return c.json(
      await traces.addFeedback(runId, { ...said, ...definedOnly({ comment, attributes }), by: principal.name }),
      201,
    );
  });
  mount("traces.list-feedback", async (c, { params }) => {
    const { runId } = await traces.find(params.id);
    return c.json(await traces.feedback(runId));
  });
};

/** OTLP over HTTP: answered once all that was taken is durable, in the encoding it came in. */
async function collect(
  c: ServerContext,
  { bytes }: Asked<"traces.collect">,
  { traces, metrics }: ServerDeps,
): Promise<Response> {
  const packed = await bytes(LIMITS.traceBodyBytesMax);
  const plain = await unpackBody(packed, {
    contentEncoding: c.req.header("content-encoding") ?? "",
    bytesMax: LIMITS.traceUnpackedBytesMax,
  });
  const contentType = c.req.header("content-type");
  const encoding = otlpEncodingOf(contentType);
  const request = readOtlpRequest({ contentType, bytes: plain });
  await traces.collect(request.spans);
  const partial = partialSuccessOf(request);
  metrics.countSpans({ taken: request.spans.length, refused: partial?.rejectedSpans ?? 0 });
  const headers = { "content-type": OTLP_CONTENT_TYPES[encoding] };
  return new Response(encodeExportResponse(partial, encoding), { status: 200, headers });
}

function keyOf({ startedAtMs, runId }: TraceSummary) {
  return { createdAtMs: startedAtMs, id: runId };
}
