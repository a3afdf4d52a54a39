import { z } from "zod";
import type { Usage, Verdict } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import {
  anyJson,
  idIfAny,
  knownMembers,
  numberIfAny,
  objectIfAny,
  priceIfAny,
  textIfAny,
  textOfJson,
} from "./optional-json.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { readAskedMessages } from "./read-asked-messages.ts";
import { type ProviderAnswer, readProviderAnswer } from "./read-provider-answer.ts";
import { parseRow, type Row, UnreadableRow } from "./read-rows.ts";
import type { RecordedSuccess } from "./read-success.ts";
import { endingByLastMessage, type RecordedConversation } from "./recorded-conversation.ts";
import type { RecordedAnswer, RecordedEnding, RecordedMessage } from "./recorded-run.ts";
import { cut, recordedVerdict, successVerdict } from "./recorded-verdict.ts";

const gradeSchema = z.looseObject({
  pass: z.boolean().nullish().catch(null),
  score: numberIfAny,
  reason: textIfAny,
  assertion: z.looseObject({ type: textIfAny, metric: textIfAny }).nullish().catch(null),
});

const rowSchema = z.object({
  id: idIfAny,
  success: z.boolean(),
  score: numberIfAny,
  promptIdx: numberIfAny,
  testIdx: numberIfAny,
  prompt: z.looseObject({ raw: z.string() }),
  provider: z.union([z.string(), z.looseObject({ id: textIfAny, label: textIfAny })]).nullish(),
  vars: objectIfAny,
  response: z
    .looseObject({ output: anyJson, raw: anyJson, error: textIfAny, tokenUsage: objectIfAny, sessionId: idIfAny })
    .nullish(),
  error: textIfAny,
  failureReason: anyJson,
  latencyMs: z.number().nonnegative().nullish().catch(null),
  cost: priceIfAny,
  gradingResult: z
    .looseObject({ reason: textIfAny, componentResults: z.array(gradeSchema).nullish().catch(null) })
    .nullish()
    .catch(null),
  namedScores: objectIfAny,
  testCase: z.looseObject({ description: textIfAny, metadata: objectIfAny }).nullish().catch(null),
  metadata: objectIfAny,
});
type PromptfooRow = z.infer<typeof rowSchema>;

/** `failureReason` of a row that failed before it was graded. */
const FAILED_BY_ERROR = 2;

/**
 * Results of promptfoo, version 2 and 3, as a file or as rows: one conversation per test, prompt and provider.
 * @throws {UnreadableRow} for a file without results
 */
export function openPromptfoo({ file, where, value }: Row) {
  const whole = isJsonObject(value) ? value : {};
  const summary: JsonObject = isJsonObject(whole["results"]) ? whole["results"] : whole;
  const results = summary["results"];
  const evalId = typeof whole["evalId"] === "string" ? whole["evalId"] : null;
  const startedAtMs = parseRecordedTime(typeof summary["timestamp"] === "string" ? summary["timestamp"] : null);
  const read = (row: Row) => [readResult(row, { evalId, startedAtMs })];
  if (!Array.isArray(results)) return { rows: [{ file, where, value }], read };
  if (results.length === 0) throw new UnreadableRow("holds no results");
  const rows = (results as readonly Json[]).map((each, index): Row => ({
    file,
    where: `results.results[${index}]`,
    value: each,
  }));
  return { rows, read };
}

interface EvalHead {
  readonly evalId: string | null;
  readonly startedAtMs: number | null;
}

function readResult({ file, where, value }: Row, { evalId, startedAtMs }: EvalHead): RecordedConversation {
  const row = parseRow(rowSchema, value);
  const provider = typeof row.provider === "string" ? { id: row.provider, label: null } : row.provider;
  const messages = [...readAskedMessages(row.prompt.raw), ...readAnswer(row)];
  const success: RecordedSuccess = {
    isPass: row.success,
    score: Math.min(1, Math.max(0, row.score ?? (row.success ? 1 : 0))),
  };
  const session = row.response?.sessionId ?? row.metadata?.["sessionId"];
  return {
    file,
    where,
    ownId: row.id ?? (evalId && `${evalId}/${row.testIdx ?? 0}/${row.promptIdx ?? 0}`),
    session: typeof session === "string" ? session : null,
    taskId: row.testCase?.description || (typeof row.testIdx === "number" ? String(row.testIdx) : null),
    success,
    verdicts: [successVerdict(success, row.gradingResult?.reason || row.error || "Recorded as it is."), ...grades(row)],
    agent: { name: provider?.label || provider?.id || "promptfoo", version: "recorded" },
    model: provider?.id ?? null,
    startedAtMs,
    durationMs: row.latencyMs ?? null,
    costUsd: knownPrice(row.cost),
    messages,
    ending: endingOf(row) ?? endingByLastMessage(messages),
    attributes: knownMembers({ evalId, promptIdx: row.promptIdx, testIdx: row.testIdx, vars: row.vars }),
    unpairedResultCount: 0,
  };
}

function readAnswer(row: PromptfooRow): RecordedMessage[] {
  const { response } = row;
  const answer = answerOf(response?.output, response?.raw);
  if (!answer) return [];
  const usage = usageOf(response?.tokenUsage ?? {});
  const message: RecordedAnswer = {
    role: "assistant",
    content: answer.content,
    calls: answer.calls.map((call) => ({ ...call, result: null })),
    atMs: null,
    isFromModel: true,
    costUsd: knownPrice(row.cost),
    ...(usage && { usage }),
  };
  return [message];
}

/** Calls stand in what the provider sent, or in the output where nothing else was said; a text is what was graded. */
function answerOf(output: Json | undefined, raw: Json | undefined): ProviderAnswer | undefined {
  const sent = readProviderAnswer(typeof raw === "string" ? parsedOrNull(raw) : raw);
  if (sent && sent.calls.length > 0) return sent;
  if (output === undefined || output === null) return undefined;
  return readProviderAnswer(output) ?? { content: textOfJson(output), calls: [] };
}

function parsedOrNull(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** Providers without a price are written down as 0: unknown. */
function knownPrice(cost: number | null | undefined): number | null {
  return cost || null;
}

function usageOf({ prompt, completion, cached, completionDetails }: JsonObject): Usage | undefined {
  const details = isJsonObject(completionDetails) ? completionDetails : {};
  const told = Object.entries({
    inputTokens: prompt,
    outputTokens: completion,
    cachedInputTokens: cached,
    reasoningTokens: details["reasoning"],
  }).filter(([, count]) => typeof count === "number" && count > 0);
  return told.length === 0 ? undefined : (Object.fromEntries(told) as Usage);
}

/** One verdict per assertion; those of the same kind are numbered. */
function grades({ gradingResult, namedScores }: PromptfooRow): Verdict[] {
  const seen = new Map<string, number>();
  const components = (gradingResult?.componentResults ?? []).flatMap((grade) => {
    if (typeof grade.pass !== "boolean") return [];
    const kind = grade.assertion?.metric || grade.assertion?.type || "assertion";
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    const score = Math.min(1, Math.max(0, grade.score ?? (grade.pass ? 1 : 0)));
    const name = `assert.${kind}${count > 1 ? `.${count}` : ""}`;
    return [recordedVerdict(name, { isPass: grade.pass, score }, grade.reason || "Recorded as it is.")];
  });
  const scores = Object.entries(namedScores ?? {}).flatMap(([name, score]) => {
    if (typeof score !== "number" || score < 0 || score > 1) return [];
    return [recordedVerdict(`score.${name}`, { isPass: score === 1, score }, `The recording says ${name} = ${score}.`)];
  });
  return [...components, ...scores];
}

/** `error` of a graded row is only the grader's reason. */
function endingOf({ error, failureReason, response }: PromptfooRow): RecordedEnding | undefined {
  const isError = failureReason === undefined ? Boolean(response?.error) : failureReason === FAILED_BY_ERROR;
  if (!isError) return undefined;
  const message = cut(response?.error || error || "The provider failed.", 2_000);
  return { outcome: "failed", error: { name: "ProviderError", message } };
}
