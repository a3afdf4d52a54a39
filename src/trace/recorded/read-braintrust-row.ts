import { braintrustRowSchema } from "./braintrust-schema.ts";
import { braintrustScores, sessionOf } from "./braintrust-spans.ts";
import { knownMembers, textOfJson } from "./optional-json.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { readAskedMessages } from "./read-asked-messages.ts";
import { readProviderAnswer } from "./read-provider-answer.ts";
import { parseRow, type Row, UnreadableRow } from "./read-rows.ts";
import { endingByLastMessage, type RecordedConversation } from "./recorded-conversation.ts";
import type { RecordedEnding, RecordedMessage } from "./recorded-run.ts";
import { cut } from "./recorded-verdict.ts";

/**
 * A row of Braintrust that is no span, e.g. of a dataset: what was asked, and the answer where there is one. Its id is
 * its sender's own and need not be unique beyond the file.
 *
 * @throws {UnreadableRow}
 */
export function readBraintrustRow({ file, where, value }: Row): RecordedConversation {
  const row = parseRow(braintrustRowSchema, value);
  if (row.input === undefined || row.input === null) throw new UnreadableRow("holds no input");
  const answer =
    readProviderAnswer(row.output) ??
    (row.output === undefined || row.output === null ? undefined : { content: textOfJson(row.output), calls: [] });
  const said: RecordedMessage[] = answer
    ? [
        {
          role: "assistant",
          content: answer.content,
          calls: answer.calls.map((call) => ({ ...call, result: null })),
          atMs: null,
          isFromModel: true,
          costUsd: null,
        },
      ]
    : [];
  const messages = [...readAskedMessages(row.input), ...said];
  const model = row.metadata?.["model"];
  return {
    file,
    where,
    ownId: null,
    session: sessionOf(row) ?? null,
    taskId: row.id,
    success: null,
    verdicts: braintrustScores(row),
    agent: { name: "braintrust", version: "recorded" },
    model: typeof model === "string" ? model : null,
    startedAtMs: parseRecordedTime(row.created),
    durationMs: null,
    costUsd: null,
    messages,
    ending: failureOf(row.error) ?? endingByLastMessage(messages),
    attributes: knownMembers({ expected: row.expected, metadata: row.metadata, tags: row.tags, origin: row.origin }),
    unpairedResultCount: 0,
  };
}

function failureOf(error: Row["value"] | undefined): RecordedEnding | undefined {
  if (error === undefined || error === null || error === "") return undefined;
  return { outcome: "failed", error: { name: "RecordedError", message: cut(textOfJson(error), 2_000) } };
}
