import type { TraceSummary } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import {
  encodeExportResponse,
  OTLP_CONTENT_TYPES,
  otlpEncodingOf,
  type PartialSuccess,
  partialSuccessOf,
  readOtlpRequest,
  type ReadSpans,
} from "../../trace/wire/index.ts";
import { definedOnly } from "../defined-only.ts";
import type { MountGroup, ServerDeps } from "../route-context.ts";
import { createUnpacking } from "../unpack-body.ts";
import { pageOf, readPageKey } from "./sessions.ts";

export const mountTraceRoutes: MountGroup = (mount, deps) => {
  const { traces } = deps;
  const unpacked = createUnpacking();
  // OTLP over HTTP: answered once all that was taken is durable, in the encoding it came in.
  mount("traces.collect", async (c, { bytes }) => {
    const body = {
      bytes: await bytes(LIMITS.traceBodyBytesMax),
      contentEncoding: c.req.header("content-encoding") ?? "",
      bytesMax: LIMITS.traceUnpackedBytesMax,
    };
    const contentType = c.req.header("content-type");
    // Said before anything is unpacked.
    const encoding = otlpEncodingOf(contentType);
    return await unpacked(body, async (plain) => {
      const partial = await collect(readOtlpRequest({ contentType, bytes: plain }), deps);
      const headers = { "content-type": OTLP_CONTENT_TYPES[encoding] };
      return new Response(encodeExportResponse(partial, encoding), { status: 200, headers });
    });
  });
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

async function collect(request: ReadSpans, { traces, metrics }: ServerDeps): Promise<PartialSuccess | undefined> {
  await traces.collect(request.spans);
  const partial = partialSuccessOf(request);
  metrics.countSpans({ taken: request.spans.length, refused: partial?.rejectedSpans ?? 0 });
  return partial;
}

function keyOf({ startedAtMs, runId }: TraceSummary) {
  return { createdAtMs: startedAtMs, id: runId };
}
