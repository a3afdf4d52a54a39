/** Hosts whose owner is known; everybody else is named by the host itself. */
const KNOWN_HOSTS: readonly (readonly [suffix: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  ["openai.azure.com", "azure"],
  ["services.ai.azure.com", "azure"],
  ["cognitiveservices.azure.com", "azure"],
  ["api.anthropic.com", "anthropic"],
  ["aiplatform.googleapis.com", "google-vertex"],
  ["generativelanguage.googleapis.com", "google"],
  ["openrouter.ai", "openrouter"],
  ["api.groq.com", "groq"],
  ["api.deepseek.com", "deepseek"],
  ["api.mistral.ai", "mistral"],
  ["api.x.ai", "xai"],
  ["api.together.xyz", "together"],
  ["api.fireworks.ai", "fireworks"],
  ["api.cerebras.ai", "cerebras"],
  ["api.perplexity.ai", "perplexity"],
];

/** Who is asked at this host, port included where it has one. */
export function providerName(host: string): string {
  const name = host.toLowerCase();
  if (/^bedrock-runtime[-.].*\.amazonaws\.com$/.test(name)) return "amazon-bedrock";
  const isOf = (suffix: string) => name === suffix || name.endsWith(`.${suffix}`) || name.endsWith(`-${suffix}`);
  return KNOWN_HOSTS.find(([suffix]) => isOf(suffix))?.[1] ?? name;
}
