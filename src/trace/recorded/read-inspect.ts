import { z } from "zod";
import { type InspectLog, inspectLogSchema, type InspectSample, inspectSampleSchema } from "./inspect-schema.ts";
import { readInspectMessages } from "./inspect-messages.ts";
import { readInspectScores } from "./inspect-scores.ts";
import { knownMembers } from "./optional-json.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { parseRow, type Row, UnreadableRow } from "./read-rows.ts";
import { endingByLastMessage, type RecordedConversation } from "./recorded-conversation.ts";
import type { RecordedEnding } from "./recorded-run.ts";

/** Limits that are a matter of time; the others are failures of another name. */
const TIME_LIMITS = new Set(["time", "working"]);

/**
 * A log of Inspect as JSON, version 2: one conversation per sample and epoch.
 * @returns the samples as rows, and what reads one
 * @throws {UnreadableRow} for a log without samples
 */
export function openInspect({ file, where, value }: Row) {
  const log = parseRow(inspectLogSchema, value);
  if (!log.samples?.length) throw new UnreadableRow("holds no samples: it was written without them");
  const inside = where === "file" ? "" : `${where}.`;
  const rows = log.samples.map((sample, index): Row => ({
    file,
    where: `${inside}samples[${index}]`,
    value: sample ?? null,
  }));
  return { rows, read: (row: Row) => [readSample(row, log.eval)] };
}

function readSample({ file, where, value }: Row, head: InspectLog["eval"]): RecordedConversation {
  const sample = parseRow(inspectSampleSchema, value);
  const { messages, unpairedResultCount, toolNames } = readInspectMessages(sample);
  const epoch = sample.epoch ?? 1;
  const log = head.eval_id ?? head.run_id ?? head.task_id;
  return {
    file,
    where,
    ownId: sample.uuid ?? (log === null ? null : `${log}/${sample.id}/${epoch}`),
    session: null,
    taskId: String(sample.id),
    ...readInspectScores(sample.scores ?? {}),
    agent: { name: head.solver ?? head.task ?? "inspect", version: head.revision?.commit ?? "recorded" },
    model: head.model ?? null,
    ...(toolNames.length > 0 && { toolNames }),
    startedAtMs: startOf(sample) ?? parseRecordedTime(head.created),
    durationMs:
      sample.total_time === null || sample.total_time === undefined ? null : Math.round(sample.total_time * 1_000),
    costUsd: null,
    messages,
    ending: endingOf(sample) ?? endingByLastMessage(messages),
    attributes: knownMembers({
      task: head.task,
      epoch,
      target: sample.target,
      metadata: sample.metadata,
      modelUsage: sample.model_usage,
    }),
    unpairedResultCount,
  };
}

function startOf({ started_at: startedAt, events }: InspectSample): number | null {
  const [first] = events ?? [];
  const { data } = z.object({ timestamp: z.string() }).safeParse(first);
  return parseRecordedTime(startedAt ?? data?.timestamp);
}

function endingOf({ error, limit }: InspectSample): RecordedEnding | undefined {
  if (error)
    return { outcome: "failed", error: { name: "SampleError", message: error.message ?? "The sample failed." } };
  if (!limit) return undefined;
  const name = limit.type ?? "limit";
  const message = `The sample was ended by its limit on ${name}${limit.limit ? ` (${limit.limit})` : ""}.`;
  return { outcome: TIME_LIMITS.has(name) ? "timeout" : "failed", error: { name: `limit.${name}`, message } };
}
