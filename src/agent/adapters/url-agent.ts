import { AegisError, isJsonObject, LIMITS } from "../../kernel/index.ts";
import type { Message } from "../../domain/index.ts";
import type { AgentContext, AgentSession } from "../agent-context.ts";
import { readAnswer } from "../read-answer.ts";
import { toolEvents } from "../told-tool-events.ts";

export interface UrlAgentOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly context: AgentContext;
  /** What was said in the conversation before. */
  readonly history?: readonly Message[];
  readonly sessionId: string;
  /** Where the agent may ask its model so that the calls are seen; sent along with each turn. */
  readonly modelBaseUrl?: string;
  readonly append: Parameters<typeof toolEvents>[0]["append"];
  readonly fetch?: typeof fetch;
}

/**
 * Opens a conversation with an HTTP endpoint. Each turn is a POST of `{sessionId, input, messages, user, seed, env,
 * modelBaseUrl}`, with the world's addresses in `env`; the answer is `{"answer": "...", "toolCalls": [...]}`, any JSON
 * with `answer`, or plain text. What the endpoint says of its own tool calls is logged with the witness `agent`.
 */
export function openUrlSession(options: UrlAgentOptions): AgentSession {
  const messages: Message[] = [...(options.history ?? [])];
  let toldCount = 0;
  return {
    async send({ message, input, signal }) {
      messages.push({ role: "user", content: message });
      const { context, sessionId, modelBaseUrl } = options;
      const { user, seed, env } = context;
      const body = { sessionId, input, messages, user, seed, env, modelBaseUrl };
      const text = await post(options, JSON.stringify(body), signal);
      const { answer, toolCalls } = readAnswer(text);
      await toolEvents({ calls: toolCalls, firstIndex: toldCount, clock: context.clock, append: options.append });
      toldCount += toolCalls.length;
      messages.push({ role: "assistant", content: answer });
      return { text: answer };
    },
  };
}

async function post(options: UrlAgentOptions, body: string, signal: AbortSignal): Promise<string> {
  const { url, headers, fetch: ask = fetch } = options;
  try {
    const response = await ask(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/plain", ...headers },
      body,
      signal,
    });
    const text = await limitedText(response);
    if (!response.ok) throw new AegisError("agent.failed", `${url} answered ${response.status}: ${explain(text)}`);
    return text;
  } catch (cause) {
    if (cause instanceof AegisError || signal.aborted) throw cause;
    // "fetch failed" says nothing: what happened is underneath.
    const { message, cause: reason } = cause as Error;
    const why = reason instanceof Error && reason.message !== "" ? reason.message : message;
    throw new AegisError("agent.failed", `${url} cannot be reached: ${why}`, { cause });
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > LIMITS.outputBytesMax)
      throw new AegisError("agent.bad_answer", "the endpoint answered more than the limit");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function explain(text: string): string {
  try {
    const value = JSON.parse(text) as unknown;
    if (isJsonObject(value as never))
      return JSON.stringify((value as { error?: unknown }).error ?? value).slice(0, 300);
  } catch {
    // not JSON: shown as it is
  }
  return text.slice(0, 300);
}
