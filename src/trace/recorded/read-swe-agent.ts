import { basename } from "node:path";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../kernel/index.ts";
import { idIfAny, knownMembers, objectIfAny, priceIfAny, textIfAny } from "./optional-json.ts";
import { readAskedMessages } from "./read-asked-messages.ts";
import { parseRow, type Row } from "./read-rows.ts";
import type { RecordedConversation } from "./recorded-conversation.ts";
import type { RecordedEnding, RecordedMessage } from "./recorded-run.ts";

const stepSchema = z.object({ action: z.string(), observation: textIfAny, response: textIfAny, thought: textIfAny });

const trajectorySchema = z.object({
  environment: textIfAny,
  trajectory: z.array(stepSchema).min(1, "holds no steps"),
  history: z.array(z.custom<JsonObject>(isJsonObject)).nullish().catch(null),
  info: z
    .looseObject({
      exit_status: textIfAny,
      submission: textIfAny,
      model_stats: z.looseObject({ instance_cost: priceIfAny }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  replay_config: objectIfAny,
  instance_id: idIfAny,
});

/**
 * A trajectory of SWE-agent: every step is one command in a shell. The task's id stands only in the file's name.
 * @throws {UnreadableRow}
 */
export function readSweAgent({ file, where, value }: Row): RecordedConversation {
  const { trajectory, info, history, environment, instance_id: instance } = parseRow(trajectorySchema, value);
  const steps = trajectory.map(({ action, observation, response, thought }): RecordedMessage => {
    const content = observation ?? null;
    const isError = content?.startsWith("Error") ?? false;
    const result = content === null ? null : { content, isError, atMs: null };
    return {
      role: "assistant",
      content: response ?? thought ?? "",
      calls: [{ id: null, tool: "shell", arguments: { command: action }, result }],
      atMs: null,
      isFromModel: true,
      costUsd: null,
    };
  });
  const submission = info?.submission;
  const answer: RecordedMessage[] = submission
    ? [{ role: "assistant", content: submission, calls: [], atMs: null, isFromModel: false, costUsd: null }]
    : [];
  return {
    file,
    where,
    ownId: null,
    session: null,
    taskId: instance ?? /^[\w.-]+__[\w.-]+-\d+(?=\.|$)/.exec(basename(file))?.[0] ?? null,
    success: null,
    verdicts: [],
    agent: { name: "swe-agent", version: "recorded" },
    model: null,
    startedAtMs: null,
    durationMs: null,
    costUsd: info?.model_stats?.instance_cost ?? null,
    messages: [...instructions(history ?? []), ...steps, ...answer],
    ending: endingOf(info?.exit_status),
    attributes: knownMembers({ environment, exitStatus: info?.exit_status, modelStats: info?.model_stats }),
    unpairedResultCount: 0,
  };
}

/** What stands in the history before the first answer; the steps tell the rest. */
function instructions(history: readonly JsonObject[]): RecordedMessage[] {
  const first = history.findIndex((entry) => entry["role"] === "assistant");
  const before = first < 0 ? history : history.slice(0, first);
  return before.length === 0 ? [] : readAskedMessages(before);
}

function endingOf(status: string | null | undefined): RecordedEnding | null {
  if (!status) return null;
  if (status.startsWith("submitted")) return { outcome: "answered" };
  return { outcome: "failed", error: { name: status, message: `The recorded run ended by ${status}.` } };
}
