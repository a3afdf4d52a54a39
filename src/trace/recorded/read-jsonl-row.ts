import { z } from "zod";
import type { Json } from "../../kernel/index.ts";
import { namedSteps } from "./named-steps.ts";
import { anyJson, textOfJson } from "./optional-json.ts";
import { parseArguments } from "./parse-arguments.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { chatMessageSchema, readChatMessages } from "./read-chat-messages.ts";
import type { RecordedSuccess } from "./read-success.ts";
import type { RecordedAnswer, RecordedCall, RecordedMessage } from "./recorded-run.ts";
import type { RecordedTrial } from "./recorded-trial.ts";
import { cut, successVerdict } from "./recorded-verdict.ts";

const id = z.union([z.string().min(1), z.number()]).nullish();
const decided = z.union([z.boolean(), z.number()]).nullish();
const count = z.number().nonnegative().nullish();
const text = z.string().nullish();

const toolSchema = z.object({
  tool: text,
  name: text,
  arguments: anyJson,
  result: anyJson,
  isError: z.boolean().nullish(),
});

/**
 * One result: `{"case":"refund-1","passed":true}`. The case goes by `case`, `task_id` or `id`; success by `passed` or
 * `success`, else by `score` or `reward` (1 is success). `messages` are OpenAI chat messages; without them `input`,
 * `tools` (names, or `{tool, arguments, result, isError}`) and `output` say what happened. Other keys are passed over.
 */
export const jsonlRowSchema = z
  .object({
    case: id,
    task_id: id,
    id,
    trial: z.number().int().nonnegative().nullish(),
    passed: decided,
    success: decided,
    score: z.number().nullish(),
    reward: z.number().nullish(),
    messages: z.array(chatMessageSchema).nullish(),
    input: anyJson,
    output: anyJson,
    tools: z.array(z.union([z.string().min(1), toolSchema])).nullish(),
    durationMs: count,
    costUsd: count,
    startedAt: z.union([z.string(), z.number()]).nullish(),
    kind: z.enum(["capability", "regression"]).nullish(),
    tags: z.array(z.string()).nullish(),
    model: text,
    agent: z.union([z.string().min(1), z.object({ name: z.string().min(1), version: text })]).nullish(),
    seed: z.number().int().nullish(),
    error: anyJson,
  })
  .refine((row) => caseIdOf(row) !== undefined, "names no case: give `case`, `task_id` or `id`");
export type JsonlRow = z.infer<typeof jsonlRowSchema>;

interface Place {
  readonly file: string;
  readonly where: string;
  readonly raw: Json;
  readonly row: JsonlRow;
  readonly success: RecordedSuccess;
}

export function readJsonlRow({ file, where, raw, row, success }: Place): {
  readonly trial: RecordedTrial;
  readonly unpairedResultCount: number;
} {
  const { messages, unpairedResultCount } = readChatMessages(row.messages ?? [], { mayReorder: true });
  const names = row.messages ? undefined : toolNames(row);
  const agent = typeof row.agent === "string" ? { name: row.agent } : row.agent;
  const failure = failureOf(row);
  const trial: RecordedTrial = {
    file,
    where,
    ownId: null,
    raw,
    caseId: caseIdOf(row) ?? where,
    recordedTrial: row.trial ?? null,
    task: row.input === undefined || row.input === null ? null : { input: row.input, solution: null },
    kind: row.kind ?? "capability",
    tags: row.tags ?? [],
    ...success,
    verdicts: [successVerdict(success, explain(success, failure))],
    agent: { name: agent?.name ?? "imported", version: agent?.version ?? "recorded" },
    model: row.model ?? null,
    seed: row.seed ?? 0,
    startedAtMs: typeof row.startedAt === "number" ? row.startedAt : parseRecordedTime(row.startedAt),
    durationMs: row.durationMs ?? null,
    costUsd: row.costUsd ?? null,
    messages: row.messages ? messages : shortConversation(row),
    ending:
      failure === undefined
        ? { outcome: "answered" }
        : { outcome: "failed", error: { name: "RecordedError", message: cut(failure, 2_000) } },
    attributes: names ? { toolNames: names } : {},
    ...(names && { counts: { toolCallCount: names.length, tools: namedSteps(names) } }),
  };
  return { trial, unpairedResultCount };
}

function caseIdOf(row: { case?: unknown; task_id?: unknown; id?: unknown }): string | undefined {
  const found = row.case ?? row.task_id ?? row.id;
  return found === undefined || found === null ? undefined : String(found);
}

/** The row's `error` in words; undefined where there is none. */
export function failureOf({ error }: JsonlRow): string | undefined {
  return error === undefined || error === null || error === false || error === "" ? undefined : textOfJson(error);
}

function explain({ isPass, score }: RecordedSuccess, failure: string | undefined): string {
  return `Recorded as ${isPass ? "passed" : "failed"} with score ${score}${failure === undefined ? "" : ` (${failure})`}.`;
}

/** Tools given as bare names: counted, but no calls that a log could hold. */
function toolNames(row: JsonlRow): string[] | undefined {
  if (!row.tools?.some((tool) => typeof tool === "string")) return undefined;
  return row.tools.map((tool) => (typeof tool === "string" ? tool : (tool.tool ?? tool.name ?? "unknown")));
}

/** Question, calls and answer, where the whole conversation was not kept. */
function shortConversation(row: JsonlRow): RecordedMessage[] {
  const question: RecordedMessage[] =
    typeof row.input === "string" ? [{ role: "user", content: row.input, atMs: null }] : [];
  const calls = toolNames(row) ? [] : (row.tools ?? []).flatMap(readCall);
  const answer = (content: string, its: readonly RecordedCall[]): RecordedAnswer => ({
    role: "assistant",
    content,
    calls: its,
    atMs: null,
    isFromModel: false,
    costUsd: null,
  });
  return [
    ...question,
    ...(calls.length > 0 ? [answer("", calls)] : []),
    ...(row.output ? [answer(textOfJson(row.output), [])] : []),
  ];
}

function readCall(tool: NonNullable<JsonlRow["tools"]>[number]): RecordedCall[] {
  if (typeof tool === "string") return [];
  const hasResult = tool.result !== undefined || tool.isError === true;
  return [
    {
      id: null,
      tool: tool.tool ?? tool.name ?? "unknown",
      arguments: parseArguments(tool.arguments),
      result: hasResult ? { content: tool.result ?? null, isError: tool.isError === true, atMs: null } : null,
    },
  ];
}
