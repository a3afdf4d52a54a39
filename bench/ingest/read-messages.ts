import type { ObservedSpan, TraceSummary } from "../../src/domain/index.ts";
import type { ReadTrace } from "../../src/trace/settle/index.ts";

interface Part {
  readonly content?: string;
  readonly response?: unknown;
  readonly arguments?: unknown;
}

interface Said {
  readonly role: string;
  readonly parts: readonly Part[];
}

/** A stand-in for reading the log of a trace: the messages of OpenTelemetry's GenAI attributes, each once. */
export const readMessages: ReadTrace = ({ traceId, runId, spans }) => {
  const texts = new Set<string>();
  const [models, tools] = [new Set<string>(), new Set<string>()];
  let [modelCallCount, toolCallCount, errorCount, inputTokens, title] = [0, 0, 0, 0, ""];
  for (const { attributes } of spans) {
    const operation = attributes["gen_ai.operation.name"];
    if (attributes["error.type"] !== undefined) errorCount += 1;
    if (operation === "execute_tool") {
      toolCallCount += 1;
      tools.add(String(attributes["gen_ai.tool.name"]));
      texts.add(String(attributes["gen_ai.tool.call.result"]));
    } else if (operation === "chat") {
      modelCallCount += 1;
      models.add(String(attributes["gen_ai.request.model"]));
      inputTokens += Number(attributes["gen_ai.usage.input_tokens"] ?? 0);
      for (const name of ["gen_ai.input.messages", "gen_ai.output.messages"]) {
        for (const message of JSON.parse(String(attributes[name])) as Said[]) {
          if (message.role === "system") continue;
          for (const part of message.parts) texts.add(textOf(part));
          if (title === "" && message.role === "user") title = textOf(message.parts[0] ?? {}).slice(0, 100);
        }
      }
    }
  }
  const counts = { modelCallCount, toolCallCount, errorCount, inputTokens, title };
  return {
    summary: summaryOf({ traceId, runId, spans }, { ...counts, models: [...models], tools: [...tools] }),
    words: [...texts].join(" "),
  };
};

function textOf({ content, response, arguments: given }: Part): string {
  return content ?? JSON.stringify(response ?? given ?? "");
}

type Counted = Pick<
  TraceSummary,
  "modelCallCount" | "toolCallCount" | "errorCount" | "inputTokens" | "title" | "models" | "tools"
>;

function summaryOf(
  { traceId, runId, spans }: Omit<Parameters<ReadTrace>[0], "feedback">,
  counted: Counted,
): TraceSummary {
  const [first, last] = [spans[0]!, spans.at(-1)!];
  const startedAtMs = Number(first.startNs) / 1e6;
  const attribute = (span: ObservedSpan, name: string) => String(span.attributes[name]);
  return {
    runId,
    traceId,
    origin: "observed",
    session: attribute(first, "gen_ai.conversation.id"),
    agent: { name: attribute(last, "gen_ai.agent.name"), version: "1.4.2" },
    user: attribute(first, "user.id"),
    startedAtMs,
    durationMs: Number(last.endNs) / 1e6 - startedAtMs,
    outcome: counted.errorCount > 0 ? "failed" : "answered",
    costMicroUsd: (counted.inputTokens ?? 0) * 2,
    outputTokens: 60 * counted.modelCallCount,
    spanCount: spans.length,
    findings:
      counted.errorCount > 1
        ? [{ detector: "silent-failure", severity: "high", explanation: "Two calls failed.", evidence: [3, 5] }]
        : [],
    ...counted,
  };
}
