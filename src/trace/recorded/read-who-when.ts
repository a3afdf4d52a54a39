import { z } from "zod";
import { idIfAny, knownMembers, textIfAny } from "./optional-json.ts";
import { parseRow, type Row } from "./read-rows.ts";
import { readSuccess, type RecordedSuccess } from "./read-success.ts";
import { endingByLastMessage, type RecordedConversation } from "./recorded-conversation.ts";
import type { RecordedMessage } from "./recorded-run.ts";
import { recordedVerdict, successVerdict } from "./recorded-verdict.ts";

const truth = z.boolean().nullish().catch(null);

const entrySchema = z.object({ content: z.string(), role: textIfAny, name: textIfAny });
type Entry = z.infer<typeof entrySchema>;

const caseSchema = z.object({
  question: textIfAny,
  question_ID: idIfAny,
  level: idIfAny,
  ground_truth: textIfAny,
  history: z.array(entrySchema).min(1, "holds no history"),
  is_correct: truth,
  is_corrected: truth,
  mistake_agent: textIfAny,
  mistake_step: idIfAny,
  mistake_reason: textIfAny,
});
type WhoWhenCase = z.infer<typeof caseSchema>;

/**
 * A case of Who&When: several agents talk with each other, and people marked whose step was the mistake. Who spoke is
 * kept in `attributes.speakers`, one per message.
 *
 * @throws {UnreadableRow}
 */
export function readWhoWhen({ file, where, value }: Row): RecordedConversation {
  const recorded = parseRow(caseSchema, value);
  const { history } = recorded;
  const asked = isAsked(history[0]) || !recorded.question ? [] : [prompt("user", recorded.question)];
  const messages = [...asked, ...history.map((entry, index) => readEntry(entry, index === history.length - 1))];
  const success = readSuccess(recorded.is_correct ?? recorded.is_corrected ?? undefined) ?? null;
  return {
    file,
    where,
    ownId: null,
    session: null,
    taskId: recorded.question_ID,
    success,
    verdicts: verdictsOf(recorded, success),
    agent: { name: "who-when", version: "recorded" },
    model: null,
    startedAtMs: null,
    durationMs: null,
    costUsd: null,
    messages,
    ending: endingByLastMessage(messages),
    attributes: {
      speakers: [...asked.map(() => "user"), ...history.map(speaker)],
      ...knownMembers({ groundTruth: recorded.ground_truth, level: recorded.level }),
    },
    unpairedResultCount: 0,
  };
}

function isAsked(entry: Entry | undefined): boolean {
  return entry?.role === "human";
}

function speaker({ name, role }: Entry): string {
  return name ?? role ?? "agent";
}

/** Terminals answer, but think nothing; what an agent says is shown to nobody before the end. */
function readEntry(entry: Entry, isLast: boolean): RecordedMessage {
  if (isAsked(entry)) return prompt("user", entry.content);
  if (/terminal$/i.test(speaker(entry))) return prompt("system", entry.content);
  return {
    role: "assistant",
    content: entry.content,
    calls: [],
    atMs: null,
    isFromModel: true,
    isInternal: !isLast,
    costUsd: null,
  };
}

function prompt(role: "user" | "system", content: string): RecordedMessage {
  return { role, content, atMs: null };
}

function verdictsOf(recorded: WhoWhenCase, success: RecordedSuccess | null) {
  const { mistake_agent: agent, mistake_step: step, mistake_reason: reason } = recorded;
  const decided = success ? [successVerdict(success, `Recorded as ${success.isPass ? "correct" : "wrong"}.`)] : [];
  if (!agent || step === null) return decided;
  const why = `The mistake is ${agent}'s, at step ${step}: ${reason ?? "no reason is given"}`;
  return [...decided, recordedVerdict("mistake", { isPass: false, score: 0 }, why)];
}
