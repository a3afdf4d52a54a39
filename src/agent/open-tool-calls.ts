import { equalJson, type Json } from "../kernel/index.ts";
import type { Message, ToolRequest } from "../domain/index.ts";
import { keptMessages } from "./kept-messages.ts";

type ToolMessage = Extract<Message, { role: "tool" }>;

interface AskedTool {
  readonly request: ToolRequest;
  /** The prompt whose answer asked for it. */
  readonly prompt: readonly Message[];
}

export interface OpenToolCall extends AskedTool {
  readonly effect: number;
  readonly calledAtMs: number;
}

/**
 * Calls that a model asked for and whose results were not seen yet. Ids alone do not tell them apart: some servers count
 * them anew in every answer, agents inside agents share them, and prompts repeat old results.
 */
export class OpenToolCalls {
  readonly #byId = new Map<string, OpenToolCall[]>();
  /** Of answers that broke off: whether the agent made these calls is not known yet. */
  readonly #doubted = new Map<string, AskedTool>();

  add(call: OpenToolCall): void {
    const { callId } = call.request;
    this.#byId.set(callId, [...(this.#byId.get(callId) ?? []), call]);
  }

  doubt(requests: readonly ToolRequest[], prompt: readonly Message[]): void {
    for (const request of requests) this.#doubted.set(request.callId, { request, prompt });
  }

  /** Requests that were in doubt, and that a prompt shows to have been made. */
  doubtedIn(prompt: readonly Message[], keptCount: number): AskedTool[] {
    return prompt.slice(keptCount).flatMap((message) => {
      if (message.role !== "tool" || this.#byId.has(message.callId)) return [];
      const asked = this.#doubted.get(message.callId);
      this.#doubted.delete(message.callId);
      return asked ? [asked] : [];
    });
  }

  /** Without those of an answer that a client asked for once more, with the same prompt: it made them once. */
  unrepeated(requests: readonly ToolRequest[], prompt: readonly Message[]): ToolRequest[] {
    const before = new Map([...this.#byId].map(([callId, calls]) => [callId, [...calls]]));
    return requests.filter((request) => {
      const same = before.get(request.callId)?.findIndex((call) => isRepeat(call, request, prompt)) ?? -1;
      if (same !== -1) before.get(request.callId)?.splice(same, 1);
      return same === -1;
    });
  }

  /** Takes out the calls whose results a prompt brings, in the order of the results. */
  close(prompt: readonly Message[], keptCount: number): { call: OpenToolCall; message: ToolMessage }[] {
    const continued = new Map<readonly Message[], boolean>();
    const isContinued = (call: OpenToolCall) => {
      const known = continued.get(call.prompt) ?? keptMessages(call.prompt, prompt) === call.prompt.length;
      continued.set(call.prompt, known);
      return known;
    };
    const closed: { index: number; call: OpenToolCall; message: ToolMessage }[] = [];
    for (const [callId, results] of resultsById(prompt, keptCount)) {
      const waiting = this.#byId.get(callId) ?? [];
      const here = waiting.filter(isContinued);
      // In a prompt that goes on from the call's own, results before its end are old. In one that was cut or written
      // anew, the last ones are the new ones.
      const calls = here.length > 0 ? here : waiting;
      const fresh =
        here.length > 0
          ? results.filter(({ index }) => index >= (here[0]?.prompt.length ?? 0))
          : results.slice(-calls.length);
      const pairs = calls.slice(0, fresh.length).flatMap((call, at) => {
        const result = fresh[at];
        return result ? [{ call, ...result }] : [];
      });
      closed.push(...pairs);
      this.#keepOnly(callId, waiting, new Set(pairs.map(({ call }) => call)));
    }
    return closed.sort((left, right) => left.index - right.index);
  }

  #keepOnly(callId: string, waiting: readonly OpenToolCall[], closed: ReadonlySet<OpenToolCall>): void {
    const left = waiting.filter((call) => !closed.has(call));
    if (left.length > 0) this.#byId.set(callId, left);
    else this.#byId.delete(callId);
  }
}

function resultsById(prompt: readonly Message[], keptCount: number) {
  const byId = new Map<string, { index: number; message: ToolMessage }[]>();
  for (const [index, message] of prompt.entries()) {
    if (index < keptCount || message.role !== "tool") continue;
    byId.set(message.callId, [...(byId.get(message.callId) ?? []), { index, message }]);
  }
  return byId;
}

function isRepeat(call: OpenToolCall, { tool, arguments: given }: ToolRequest, prompt: readonly Message[]): boolean {
  return (
    call.request.tool === tool &&
    equalJson(call.request.arguments, given) &&
    equalJson(call.prompt as unknown as Json, prompt as unknown as Json)
  );
}
