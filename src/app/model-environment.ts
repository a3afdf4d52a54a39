/** What clients of OpenAI's and Anthropic's APIs read, whatever the language. The keys open nothing. */
export function modelEnvironment(baseUrl: string): Record<string, string> {
  const traceUrl = baseUrl.replace(/\/v1$/, "/v1/traces");
  return {
    AEGIS_MODEL_URL: baseUrl,
    OPENAI_BASE_URL: baseUrl,
    OPENAI_API_BASE: baseUrl,
    OPENAI_API_KEY: "aegis",
    ANTHROPIC_BASE_URL: baseUrl.replace(/\/v1$/, ""),
    ANTHROPIC_API_KEY: "aegis",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traceUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  };
}
