import type { ObservedSpan } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { openOtlpExporter, spansOfRun } from "../../trace/export/index.ts";
import type { App } from "../open-app.ts";
import { openAppTraces } from "./open-app-traces.ts";

export interface ExportTracesRequest {
  /** Of runs or traces, or beginnings of them. */
  readonly ids: readonly string[];
  /** Also what was said. */
  readonly withContent: boolean;
}

/** Runs as spans of OpenTelemetry's conventions for generative AI; what came as spans is given back as it came. */
export async function exportTraces(app: App, { ids, withContent }: ExportTracesRequest): Promise<ObservedSpan[]> {
  const store = await app.store();
  const traces = await openAppTraces(app);
  const spans: ObservedSpan[] = [];
  for (const id of ids) {
    const { runId, traceId, findings } = await traces.find(id);
    if (traceId !== null) for (const span of await store.readSpans(traceId)) spans.push(span);
    else {
      const events = await traces.events({ runId, traceId });
      spans.push(...spansOfRun({ runId, events, findings }, { withContent }));
    }
  }
  return spans;
}

/** @throws {AegisError} "trace.export_failed" when the collector did not take all of them */
export async function sendSpans(
  spans: readonly ObservedSpan[],
  to: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
): Promise<void> {
  const problems: string[] = [];
  const exporter = openOtlpExporter({ ...to, onProblem: (problem) => problems.push(problem.message) });
  exporter.send(spans);
  await exporter.flush();
  const { rejected, dropped } = exporter.counts();
  await exporter.close();
  if (rejected + dropped === 0) return;
  throw new AegisError(
    "trace.export_failed",
    `${rejected + dropped} of ${spans.length} spans were not taken: ${problems[0] ?? "the collector did not say why"}`,
  );
}
