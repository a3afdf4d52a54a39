import type { ScriptTurn } from "aegis/model";

type Message = ScriptTurn["messages"][number];
type ToolMessage = Extract<Message, { role: "tool" }>;

/** One call that the model asked for, with what came of it. */
export interface Call {
  readonly tool: string;
  readonly orderId: string | undefined;
  readonly result: ToolMessage["result"];
  /** What the error says; undefined for a call that worked. */
  readonly error: string | undefined;
}

/** The conversation's calls so far, oldest first. */
export function readCalls(messages: readonly Message[]): readonly Call[] {
  const results = new Map(messages.flatMap((message) => (message.role === "tool" ? [[message.callId, message]] : [])));
  return messages.flatMap((message) =>
    (message.role === "assistant" ? (message.toolRequests ?? []) : []).flatMap(({ callId, tool, arguments: given }) => {
      const answer = results.get(callId);
      if (!answer) return [];
      const { orderId } = given as { readonly orderId?: string };
      return [{ tool, orderId, result: answer.result, error: answer.isError ? textOf(answer.result) : undefined }];
    }),
  );
}

/** All that was tried for one and the same thing. */
export function callsOf(calls: readonly Call[], tool: string, orderId?: string): readonly Call[] {
  return calls.filter((call) => call.tool === tool && call.orderId === orderId);
}

export function textOf(result: unknown): string {
  return typeof result === "string" ? result : JSON.stringify(result);
}

export function showCents(cents: number): string {
  return `${(cents / 100).toFixed(2)} EUR`;
}
