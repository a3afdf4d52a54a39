// An agent as a service of its own: `node http-server.ts`, then HTTP_AGENT_URL=http://127.0.0.1:4111 aegis eval run --agent http
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { SHOP_TOOLS } from "./shop-tools.ts";

interface Turn {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly env: Readonly<Record<string, string>>;
  /** Where the agent asks its model, so that the calls are seen. */
  readonly modelBaseUrl: string;
}

interface ChatMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

const STEPS_MAX = 10;

export interface AgentServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Answers each POST of a turn with `{"answer": "..."}`. Does not keep the process alive by itself. */
export async function startAgentServer({ port = 0 }: { readonly port?: number } = {}): Promise<AgentServer> {
  const server = createServer((request, response) => {
    readTurn(request)
      .then(answerTurn)
      .then(
        (answer) => response.end(JSON.stringify({ answer })),
        (error: Error) => response.writeHead(500).end(JSON.stringify({ error: { message: error.message } })),
      );
  });
  await new Promise<void>((done, refuse) => {
    server.once("error", refuse);
    server.listen(port, "127.0.0.1", done);
  });
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answerTurn({ messages, env, modelBaseUrl }: Turn): Promise<string> {
  const talk: ChatMessage[] = [{ role: "system", content: "You answer the customers of a small shop." }, ...messages];
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const message = await askModel(modelBaseUrl, talk);
    talk.push(message);
    if (!message.tool_calls?.length) return message.content ?? "";
    for (const call of message.tool_calls) {
      const tool = SHOP_TOOLS.find(({ name }) => name === call.function.name);
      const given = JSON.parse(call.function.arguments) as Record<string, unknown>;
      const result = await (tool?.run(given, env["SHOP_URL"] ?? "") ?? { error: "there is no such tool" });
      talk.push({ role: "tool", tool_call_id: call.id, content: JSON.stringify(result) });
    }
  }
  return "I could not settle this.";
}

async function askModel(baseUrl: string, messages: readonly ChatMessage[]): Promise<ChatMessage> {
  const tools = SHOP_TOOLS.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "any-language", messages, tools }),
  });
  if (!response.ok) throw new Error(`the model answered ${response.status}`);
  const [choice] = ((await response.json()) as { choices: { message: ChatMessage }[] }).choices;
  return choice?.message ?? { role: "assistant", content: "" };
}

async function readTurn(request: IncomingMessage): Promise<Turn> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Turn;
}

if (import.meta.main) {
  const { url } = await startAgentServer({ port: Number(process.env["PORT"] ?? 4111) });
  process.stdout.write(`agent at ${url}\n`);
  process.stdin.resume();
}
