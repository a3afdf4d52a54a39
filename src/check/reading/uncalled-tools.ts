import type { RunEvent } from "../../domain/index.ts";

/** A tool that the model asked for and that was never called: the framework itself answers for a tool it does not have. */
export interface UncalledTool {
  readonly tool: string;
  /** The model's answers that asked for it. */
  readonly seqs: readonly number[];
}

/** A tool that was called even once is left out: its calls stand in the log themselves. */
export function uncalledTools(events: readonly RunEvent[]): readonly UncalledTool[] {
  const called = new Set(events.flatMap((event) => (event.type === "tool.called" ? [event.tool] : [])));
  const seqsByTool = new Map<string, number[]>();
  for (const event of events) {
    if (event.type !== "model.returned") continue;
    for (const tool of new Set(event.message?.toolRequests?.map((request) => request.tool))) {
      if (!called.has(tool)) seqsByTool.set(tool, [...(seqsByTool.get(tool) ?? []), event.seq]);
    }
  }
  return [...seqsByTool].map(([tool, seqs]) => ({ tool, seqs }));
}
