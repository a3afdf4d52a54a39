import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

/** What a provider's own client makes of an answer, or of the lack of one. */
export interface ClientSaw {
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly reason: string | null;
  readonly model: string;
  readonly hasUsage: boolean;
  readonly error?: {
    readonly status: number | undefined;
    readonly message: string;
    readonly headers: Headers | undefined;
  };
}

export type ModelClient = (url: string) => Promise<ClientSaw>;

const NOTHING: ClientSaw = { text: "", calls: [], reason: null, model: "", hasUsage: false };
const messages = [{ role: "user" as const, content: "Where is my order?" }];
const options = { apiKey: "none", maxRetries: 0, timeout: 2_000 };

export const MODEL_CLIENTS: Readonly<Record<string, ModelClient>> = {
  "openai chat": async (url) => {
    const client = new OpenAI({ ...options, baseURL: `${url}/v1` });
    return sawChat(await client.chat.completions.create({ model: "gpt-x", messages }));
  },
  "openai chat, streamed": async (url) => {
    const client = new OpenAI({ ...options, baseURL: `${url}/v1` });
    const stream = client.chat.completions.stream({
      model: "gpt-x",
      messages,
      stream_options: { include_usage: true },
    });
    return sawChat(await stream.finalChatCompletion());
  },
  "openai responses": async (url) => {
    const client = new OpenAI({ ...options, baseURL: `${url}/v1` });
    return sawResponse(await client.responses.create({ model: "gpt-x", input: "Where is my order?" }));
  },
  "openai responses, streamed": async (url) => {
    const client = new OpenAI({ ...options, baseURL: `${url}/v1` });
    const stream = client.responses.stream({ model: "gpt-x", input: "Where is my order?" });
    // What a reader of the stream shows; the last event alone would hide what went wrong on the way.
    let text = "";
    stream.on("response.output_text.delta", ({ delta }) => (text += delta));
    const saw = sawResponse(await stream.finalResponse());
    return { ...saw, text: saw.reason === "refusal" ? saw.text : text };
  },
  anthropic: async (url) => {
    const client = new Anthropic({ ...options, baseURL: url });
    return sawMessage(await client.messages.create({ model: "claude-x", max_tokens: 100, messages }));
  },
  "anthropic, streamed": async (url) => {
    const client = new Anthropic({ ...options, baseURL: url });
    return sawMessage(await client.messages.stream({ model: "claude-x", max_tokens: 100, messages }).finalMessage());
  },
};

/** The same, where an error is seen as one. */
export async function ask(client: ModelClient, url: string): Promise<ClientSaw> {
  try {
    return await client(url);
  } catch (error) {
    const { status, message, headers } = error as Error & { status?: number; headers?: Headers };
    return { ...NOTHING, error: { status, message, headers } };
  }
}

function sawChat({ choices, model, usage }: Pick<OpenAI.ChatCompletion, "choices" | "model" | "usage">): ClientSaw {
  const [choice] = choices;
  const calls = (choice?.message.tool_calls ?? []).flatMap((call) =>
    call.type === "function" ? [{ id: call.id, name: call.function.name, arguments: call.function.arguments }] : [],
  );
  return {
    text: choice?.message.refusal ?? choice?.message.content ?? "",
    calls,
    reason: choice?.message.refusal ? "refusal" : (choice?.finish_reason ?? null),
    model,
    hasUsage: usage !== undefined && usage !== null,
  };
}

function sawResponse(response: OpenAI.Responses.Response): ClientSaw {
  const parts = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
  const refusal = parts.find((part) => part.type === "refusal");
  return {
    text: refusal?.refusal ?? parts.map((part) => (part.type === "output_text" ? part.text : "")).join(""),
    calls: response.output.flatMap((item) =>
      item.type === "function_call" ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : [],
    ),
    reason: refusal ? "refusal" : (response.incomplete_details?.reason ?? response.status ?? null),
    model: response.model,
    hasUsage: Boolean(response.usage),
  };
}

function sawMessage({ content, model, stop_reason: reason, usage }: Anthropic.Message): ClientSaw {
  return {
    text: content.map((block) => (block.type === "text" ? block.text : "")).join(""),
    calls: content.flatMap((block) =>
      block.type === "tool_use"
        ? [
            {
              id: block.id,
              name: block.name,
              arguments: typeof block.input === "string" ? block.input : JSON.stringify(block.input),
            },
          ]
        : [],
    ),
    reason,
    model,
    // A stream's client always has a usage of its own: of what it was not told it has nothing.
    hasUsage: usage?.input_tokens !== undefined && usage.input_tokens > 0,
  };
}
