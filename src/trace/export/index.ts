export {
  openOtlpExporter,
  type OtlpExporter,
  type OtlpExporterCounts,
  type OtlpExporterOptions,
} from "./open-otlp-exporter.ts";
export { type RunToExport, spansOfRun, type SpansOfRunOptions, traceIdOfRun } from "./spans-of-run.ts";
