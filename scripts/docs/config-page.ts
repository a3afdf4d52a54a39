import { configSchema } from "../../src/app/index.ts";
import { code, inline, page, table } from "./markdown.ts";
import { schemaTable } from "./schema-rows.ts";

const ENVIRONMENT = [
  ["AEGIS_STORE", "path of the store or address of a Postgres database, before the config's"],
  ["NO_COLOR, FORCE_COLOR", "no colours, or colours where the output is no terminal"],
  ["GITHUB_ACTIONS, GITHUB_STEP_SUMMARY", "on GitHub: annotations and a summary are written"],
  ["GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_EVENT_PATH", "for `--pr-comment`"],
];

const IN_TRIALS = [
  [
    "AEGIS_MODEL_URL, OPENAI_BASE_URL, OPENAI_API_BASE",
    "the trial's model endpoint, where the suite or the case names a model",
  ],
  ["ANTHROPIC_BASE_URL", "the same endpoint, for clients of Anthropic's API"],
  ["OPENAI_API_KEY, ANTHROPIC_API_KEY", "a word that opens nothing, beside such an endpoint"],
  [
    "HTTP_PROXY, HTTPS_PROXY, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE",
    "the trial's network edge and its authority, where the case has a `network`",
  ],
  ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "takes spans (OTLP as JSON) of tools the agent runs itself"],
];

export function configPage(): string {
  const rows = (variables: readonly (readonly string[])[]) =>
    variables.map(([names = "", meaning = ""]) => [names.split(", ").map(inline).join(", "), meaning]);
  return page([
    "# aegis.config.ts",
    "Found in the current folder or above; its folder is the project's root. Every key has a default, and so has the file.",
    code(
      'import { openai } from "@ai-sdk/openai";\nimport { defineConfig } from "aegis";\n\nexport default defineConfig({\n  judge: { model: openai("gpt-5-mini") },\n  prices: { "my-model": { inputMicroUsd: 500_000, outputMicroUsd: 1_500_000 } },\n});',
      "ts",
    ),
    schemaTable({
      schema: configSchema,
      meanings: {
        suites: {
          type: "glob, or list of them",
          means: "suite files; `evals/**/suite.*`, `evals/**/*.suite.*` and `evals/**/*.eval.*` unless told",
        },
        judge: { means: "for checks of the form `judge: { rubric }`" },
        serve: { means: "how `aegis serve` serves" },
        "serve.auth.jwt": { means: "takes tokens of this issuer, beside API keys" },
        "serve.auth.jwt.issuer": { means: "what the claim `iss` has to say" },
        "serve.auth.jwt.audience": { means: "what the claim `aud` has to say" },
        "serve.webhooks.allowsPrivate": { means: "true: webhooks may lead to addresses of private networks" },
        "serve.restate.listen.host": { means: "127.0.0.1 unless told; any other needs `identityKeys`" },
        "serve.restate.listen.port": { means: "0 takes a free one" },
        "judge.model": { type: "AI SDK model", means: "the model that judges ask" },
        "simulatedUser.model": { type: "AI SDK model", means: "speaks for simulated users of cases" },
        concurrency: { means: "trials at a time; the number of processors unless told" },
      },
    }),
    "Prices are in micro-USD per million tokens: 500,000 is $0.50.",
    "## Environment variables",
    table(["Variable", "Meaning"], rows(ENVIRONMENT)),
    "## What an agent finds in a trial",
    "An agent's process inherits nothing but `PATH`, what the suite passes on with `passEnv`, and what the case sets with `world.env`; `HOME` and `TMPDIR` are folders of the trial's own. In addition:",
    table(["Variable", "Meaning"], rows(IN_TRIALS)),
  ]);
}
