import { resolve } from "node:path";
import { z } from "zod";
import { AegisError, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { type ChatExchange, type LanguageModel, replayModel, scriptedModel, serveModel } from "../../model/index.ts";
import { readScript } from "../../model/script-file/index.ts";
import { defineCommand } from "../command.ts";
import { readRecording } from "../read-recording.ts";
import { readTextFile } from "../read-text-file.ts";

/** The rule for a tool's result comes first: the user's words still fit after the tool has answered. */
export const EXAMPLE_SCRIPT = `id: support
rules:
  - when: { lastTool: get_order }
    then: { say: "It is {{lastResult.status}}." }
  - when: { user: "order (W\\\\d+)" }
    then: { call: { tool: get_order, arguments: { id: "{{user.1}}" } } }
fallback: { say: "Which order?" }
`;

export const modelServe = defineCommand({
  name: "model serve",
  summary: "Serve a scripted or recorded model as an OpenAI-compatible endpoint.",
  about: [
    "Runs until Ctrl-C. Point any OpenAI client at the address it prints; the key may be anything.",
    "",
    "A script (YAML or JSON) answers with the first rule that fits:",
    ...EXAMPLE_SCRIPT.trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
    "",
    "All conditions and templates: docs/reference/scripts.md of Aegis.",
    "",
    "A recording is a JSON list or JSON lines of messages, ours or OpenAI's; what the assistant said is said again.",
  ].join("\n"),
  flags: z.strictObject({
    script: z.string().optional().describe("file of a scripted model, YAML or JSON"),
    replay: z.string().optional().describe("file of recorded messages, JSON or JSON lines"),
    port: z.coerce.number().int().min(0).max(65_535).default(0).describe("port to listen on; 0 takes a free one"),
    host: z.string().default("127.0.0.1").describe("address of this machine only"),
    json: z.boolean().default(false).describe("print the address as JSON"),
  }),
  examples: [
    { line: "aegis model serve --script model.yaml", does: "rules instead of a model, offline" },
    { line: "aegis model serve --replay recorded.jsonl --port 8089", does: "say again what was recorded" },
  ],
  async run({ flags, app, terminal, signal }) {
    const model = await openModel(flags, app.cwd);
    const onExchange = (exchange: ChatExchange) => terminal.err(`${describe(exchange)}\n`);
    const server = await serveModel({ model, host: flags.host, port: flags.port, onExchange });
    const told = { url: server.url, model: model.id };
    terminal.out(flags.json ? jsonLine(told) : renderAddress(told));
    if (!signal.aborted) await new Promise((stop) => signal.addEventListener("abort", stop, { once: true }));
    await server.close();
    return 0;
  },
});

interface Source {
  readonly script?: string | undefined;
  readonly replay?: string | undefined;
}

async function openModel({ script, replay }: Source, folder: string): Promise<LanguageModel> {
  if ((script === undefined) === (replay === undefined)) {
    throw new AegisError("cli.usage", "aegis model serve: give either --script FILE or --replay FILE");
  }
  const file = resolve(folder, script ?? replay ?? "");
  const text = await readTextFile(file);
  return script === undefined
    ? replayModel({ messages: readRecording(text, file) })
    : scriptedModel(readScript(text, file));
}

function renderAddress({ url, model }: { readonly url: string; readonly model: string }): string {
  return [
    `Serving ${escapeTerminal(model)} at ${url}`,
    "",
    `  export OPENAI_BASE_URL=${url}`,
    "  export OPENAI_API_KEY=any",
    `  export ANTHROPIC_BASE_URL=${url.replace(/\/v1$/, "")}`,
    "  export ANTHROPIC_API_KEY=any",
    "",
    "Ctrl-C stops it.",
    "",
  ].join("\n");
}

/** One line per call: what was said, never the whole conversation. */
function describe({ answer, error, durationMs }: ChatExchange): string {
  const tools = (answer?.message.toolRequests ?? []).map(({ tool }) => tool).join(", ");
  const said = answer === undefined ? `failed: ${(error as Error).message}` : tools === "" ? "said" : `called ${tools}`;
  const text = answer?.message.content ? `: ${answer.message.content.slice(0, 100)}` : "";
  return escapeTerminal(`${durationMs.toFixed(0).padStart(5)} ms  ${said}${text}`);
}
