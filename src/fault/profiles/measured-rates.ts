/**
 * What profiles draw from. Computed from `fault_parameters.json` of the project's recorded data.
 *
 * - incidents: atlarge-research/llm-service-analysis, commit 36c45981 (artifact of an ICPE 2025 paper), status pages of
 *   OpenAI (329 incidents) and Anthropic (111) up to August 2024
 * - latency of a model's turn and error rates of tools: 13 recorded runs of tau2-bench; the time of a turn includes queueing
 * - status codes: HTTP cassettes of pydantic-ai, openllmetry and openinference (2,413 cassettes, 4,288 answers)
 */
export const MEASURED = {
  incidentMinutes: {
    openai: { p50: 77, p75: 172, p90: 323, p95: 475 },
    anthropic: { p50: 55, p75: 112, p90: 321, p95: 1_112 },
  },
  /** Of the 13 runs' quantiles the median, and the slowest run's. */
  turnLatencyMs: {
    median: { p50: 1_532, p95: 3_589, p99: 5_470 },
    slowest: { p50: 7_972, p95: 22_905, p99: 97_919 },
  },
  /** Over all runs; single runs lie between 0 and 24 %. */
  toolErrors: { errorCount: 188, resultCount: 3_518 },
  errorStatusCounts: { 400: 57, 401: 10, 403: 3, 404: 25, 409: 1, 429: 6, 500: 2 },
} as const;

/** Incidents last hours, trials minutes: one second of a trial stands for five minutes, so a p95 incident of 475 minutes takes 95 s. */
export const INCIDENT_MINUTES_PER_SECOND = 5;

export const TOOL_ERROR_RATE = MEASURED.toolErrors.errorCount / MEASURED.toolErrors.resultCount;
