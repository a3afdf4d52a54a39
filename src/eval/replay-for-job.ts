import type { RecordedTake, ToolReplay } from "../domain/index.ts";
import type { AgentTarget } from "./trial-job.ts";

/**
 * What of a cassette the agent's side is told: answers of tools, and of what was said only what a recorded agent has to
 * say again. What a good run said is an expected answer, and stays outside.
 */
export function replayForJob(replay: ToolReplay, target: AgentTarget): ToolReplay {
  const takes = replay.takes.map((take, index) =>
    target.kind === "recorded" && index === 0 ? take : withoutWords(take),
  );
  return { ...replay, takes };
}

function withoutWords({ instructions: _instructions, ...take }: RecordedTake): RecordedTake {
  return {
    ...take,
    turns: take.turns.map(({ steps }) => ({ user: "", steps: steps.filter((step) => "tool" in step) })),
  };
}
