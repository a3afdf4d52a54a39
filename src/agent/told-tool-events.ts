import type { Clock } from "../kernel/index.ts";
import type { AppendEvent } from "./boundary-options.ts";
import type { ProgramAnswer } from "./read-answer.ts";

/** Effect numbers of calls that nobody but the agent saw start here, apart from the boundary's own. */
const TOLD_EFFECTS_FROM = 1e14;

/** Logs tool calls that only the agent tells of: witness `agent`, no durations. */
export async function toolEvents(told: {
  readonly calls: ProgramAnswer["toolCalls"];
  readonly firstIndex: number;
  readonly clock: Clock;
  readonly append: AppendEvent;
}): Promise<void> {
  for (const [index, call] of told.calls.entries()) {
    const effect = TOLD_EFFECTS_FROM + told.firstIndex + index;
    const callId = `told-${told.firstIndex + index}`;
    const common = { atMs: told.clock.nowMs(), witness: "agent" as const, effect, callId, tool: call.tool };
    await told.append({ ...common, type: "tool.called", attempt: 1, arguments: call.arguments });
    await told.append({
      ...common,
      type: "tool.returned",
      durationMs: 0,
      ...(call.error === undefined
        ? { result: call.result ?? null }
        : { error: { name: "Error", message: call.error } }),
    });
  }
}
