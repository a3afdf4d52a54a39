import { AsyncLocalStorage } from "node:async_hooks";
import { getLLMAttributes, setSession, setUser, traceAgent, traceLLM, traceTool } from "@arizeai/openinference-core";
import { type Context, context, type ContextManager, ROOT_CONTEXT } from "@opentelemetry/api";
import type { TracerProvider } from "@opentelemetry/sdk-trace";

/** An agent instrumented with OpenInference's own helpers: asks a model, calls two tools of which one fails, and asks again. */
export async function desk(provider: TracerProvider): Promise<void> {
  const tracer = provider.getTracer("openinference");
  const call = (id: string, name: string) => ({ id, function: { name, arguments: '{"id":"W1"}' } });
  const calls = [call("c1", "orders.get"), call("c2", "orders.cancel")];
  const turns = [
    { message: { role: "assistant", toolCalls: calls }, tokenCount: { prompt: 20, completion: 8, total: 28 } },
    {
      message: { role: "assistant", content: "It is on its way already." },
      tokenCount: { prompt: 35, completion: 4, total: 39 },
    },
  ];
  type Asked = Parameters<typeof getLLMAttributes>[0]["inputMessages"] & object;
  const ask = traceLLM(async (messages: Asked) => turns[messages.length === 1 ? 0 : 1]!, {
    tracer,
    name: "ChatCompletion",
    processInput: (inputMessages) => getLLMAttributes({ provider: "openai", modelName: "gpt-4o", inputMessages }),
    processOutput: ({ message, tokenCount }) => getLLMAttributes({ outputMessages: [message], tokenCount }),
  });
  const get = traceTool(async (_order: { readonly id: string }) => ({ status: "shipped" }), {
    tracer,
    name: "orders.get",
  });
  const cancel = traceTool(
    async (_order: { readonly id: string }): Promise<never> => {
      throw new RangeError("too late");
    },
    { tracer, name: "orders.cancel" },
  );
  const agent = traceAgent(
    async (question: string) => {
      const asked: Asked = [{ role: "user", content: question }];
      const first = await ask(asked);
      const found = JSON.stringify(await get({ id: "W1" }));
      const failed = await cancel({ id: "W1" }).catch(String);
      const results = [found, failed].map((content, index) => ({ role: "tool", content, toolCallId: `c${index + 1}` }));
      const { message } = await ask([...asked, first.message, ...results]);
      return message.content;
    },
    { tracer, name: "desk", attributes: { "agent.name": "desk" } },
  );
  const whose = setUser(setSession(ROOT_CONTEXT, { sessionId: "chat-7" }), { userId: "ada" });
  context.setGlobalContextManager(new AsyncContexts());
  await context.with(whose, () => agent("Cancel W1"));
  context.disable();
}

/** As @opentelemetry/context-async-hooks has it. */
class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active = () => this.#storage.getStore() ?? ROOT_CONTEXT;
  with = ((active: Context, work: (...given: unknown[]) => unknown, self: unknown, ...given: unknown[]) =>
    this.#storage.run(active, () => work.apply(self, given))) as ContextManager["with"];
  bind = <Target>(_active: Context, target: Target) => target;
  enable = () => this;
  disable = () => this;
}
