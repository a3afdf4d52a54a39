import type { Store } from "../../store/index.ts";
import { openOtlpExporter, type OtlpExporter, spansOfRun } from "../../trace/export/index.ts";
import { readLog, traceReader } from "../../trace/index.ts";
import { openSettler, type ReadLog } from "../../trace/settle/index.ts";
import type { ExportOptions } from "../define-config.ts";
import type { App } from "../open-app.ts";
import { readingOptions } from "../traces/reading-options.ts";
import { agentHistories } from "./agent-histories.ts";

/** A trace of which nothing came for so long is read; what comes later is read again. */
const QUIET_MS = 2_000;

/**
 * Reads traces that have come in and runs that have ended, beside everything else, until it is closed. Where the config
 * names a collector, runs of our own agents are told to it as well.
 *
 * @throws {AegisError} "config.bad_file", "trace.export_failed" for a collector's address that is none
 */
export async function openTraceSettler(
  app: App,
  { store, onError }: { readonly store: Store; readonly onError: (error: unknown) => void },
): Promise<AsyncDisposable> {
  const { clock } = app;
  const config = await app.config();
  const { prices, rulesOf } = readingOptions(config);
  const historyOf = agentHistories({ store, clock, onError });
  const exporter = config.serve.export && openExporter(config.serve.export, onError);
  const read: ReadLog = (events, place) => readLog(events, { ...place, rulesOf, historyOf });
  const settler = openSettler({
    store,
    readTrace: traceReader({ prices, rulesOf, historyOf }),
    logs: { store, prices, readLog: exporter ? tellingOf(read, exporter, config.serve.export) : read },
    clock,
    quietMs: QUIET_MS,
    onFailure: onError,
  });
  return {
    async [Symbol.asyncDispose]() {
      await settler[Symbol.asyncDispose]();
      await exporter?.close();
    },
  };
}

function openExporter({ url, headers, protocol }: ExportOptions, onProblem: (error: unknown) => void): OtlpExporter {
  return openOtlpExporter({ url, onProblem, ...(headers && { headers }), ...(protocol && { protocol }) });
}

/** A run that is read again is told again: as the same trace. */
function tellingOf(read: ReadLog, exporter: OtlpExporter, options: ExportOptions | undefined): ReadLog {
  return (events, place) => {
    const found = read(events, place);
    const { origin, runId, findings } = found.summary;
    if (origin === "live") {
      exporter.send(spansOfRun({ runId, events, findings }, { withContent: options?.content === true }));
    }
    return found;
  };
}
