import { type Domain, type Episode, findTool, isTerminating } from "./environment.ts";
import { copyValue, type ValueObject } from "./value.ts";

export interface Action {
  readonly name: string;
  readonly kwargs: ValueObject;
}

/** What a task wants: a state that these actions lead to, and texts the user has to be told. */
export interface Task {
  readonly actions: readonly Action[];
  readonly outputs: readonly string[];
}

export interface Outcome {
  readonly reward: 0 | 1;
  /** Why it is 0, in a sentence; empty for 1. */
  readonly reason: string;
}

/** The episode that does exactly what the task wants. Reading tools are left out: they change nothing. */
export function referenceEpisode(domain: Domain, task: Task): Episode {
  const episode = domain.newEpisode();
  for (const { name, kwargs } of task.actions) {
    if (isTerminating(name) || !findTool(domain.name, name)?.canWrite) continue;
    // A tool may keep and later change its arguments, and the task has to stay as it is.
    episode.call(name, copyValue(kwargs));
  }
  return episode;
}

/**
 * The reward of tau-bench: 1 for an episode that ended, left the state the reference leaves and said what had to be said.
 * @param ended.responses what the agent said to the user, without texts that came along with a tool call
 * @param ended.isDone the user ended the conversation with ###STOP###, or the agent transferred it
 */
export function rewardOf(
  ended: { readonly episode: Episode; readonly responses: readonly string[]; readonly isDone: boolean },
  reference: { readonly episode: Episode; readonly outputs: readonly string[] },
): Outcome {
  if (!ended.isDone) return { reward: 0, reason: "the episode was cut off before it was done" };
  if (!ended.episode.equals(reference.episode)) {
    return {
      reward: 0,
      reason: `the final state differs from the wanted one in ${differingRecords(ended.episode, reference.episode)}`,
    };
  }
  const missing = untoldOutput(reference.outputs, ended.responses);
  if (missing !== undefined) return { reward: 0, reason: `the user was never told ${JSON.stringify(missing)}` };
  return { reward: 1, reason: "" };
}

/** The first text that the user should have been told and was not. */
export function untoldOutput(outputs: readonly string[], responses: readonly string[]): string | undefined {
  const said = responses.map((response) => response.toLowerCase().replaceAll(",", ""));
  return outputs.find((output) => !said.some((text) => text.includes(output.toLowerCase())));
}

function differingRecords(left: Episode, right: Episode): string {
  const names = left.state.differences(right.state).map(({ table, id }) => `${table} ${id}`);
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
