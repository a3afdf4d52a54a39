import type { RecordingFormat } from "./recording-format.ts";

const user = { role: "user", content: "Grüße" };
const answer = { role: "assistant", content: "Hello" };
const times = { startTime: "2026-07-05T09:59:41Z", endTime: "2026-07-05T09:59:42Z" };

/** The smallest good file of each format, as a value; JSON lines have one line. */
export const SAMPLES: Readonly<Record<RecordingFormat, unknown>> = {
  atif: {
    schema_version: "ATIF-v1.6",
    session_id: "s",
    agent: { name: "a", version: "1" },
    steps: [
      { step_id: 1, source: "user", message: "Grüße" },
      {
        step_id: 2,
        source: "agent",
        message: "Hello",
        tool_calls: [{ tool_call_id: "c", function_name: "look", arguments: { at: 1 } }],
        observation: { results: [{ source_call_id: "c", content: "seen" }] },
        metrics: { prompt_tokens: 1, completion_tokens: 1, cost_usd: 0.1 },
      },
    ],
  },
  braintrust: {
    id: "r",
    span_id: "a",
    root_span_id: "a",
    span_parents: [],
    span_attributes: { name: "n", type: "llm" },
    input: [user],
    output: "Hello",
    metrics: { start: 1, end: 2 },
    metadata: { model: "m" },
    scores: { good: 1 },
  },
  inspect: {
    version: 2,
    status: "success",
    eval: { task: "t", model: "m", created: "2026-07-05T09:59:41Z" },
    samples: [
      {
        id: 1,
        epoch: 1,
        uuid: "u",
        messages: [user, { ...answer, id: "m", tool_calls: [{ id: "c", function: "look", arguments: {} }] }],
        scores: { match: { value: "C" } },
        events: [
          { event: "model", timestamp: "2026-07-05T09:59:41Z", output: { choices: [{ message: { id: "m" } }] } },
        ],
        attachments: {},
      },
    ],
  },
  jsonl: { case: "a", passed: true, costUsd: 0.1, messages: [user, answer] },
  langfuse: {
    trace: { id: "t", name: "n", sessionId: "s", scores: [{ name: "good", value: 1 }] },
    observations: [
      {
        id: "a",
        traceId: "t",
        parentObservationId: null,
        type: "GENERATION",
        ...times,
        input: [user],
        output: answer,
        usageDetails: { input: 1 },
        metadata: { attributes: { a: 1 }, scope: { name: "x" } },
      },
      { id: "b", traceId: "t", parentObservationId: "a", type: "TOOL", ...times },
    ],
  },
  promptfoo: {
    evalId: "e",
    results: {
      version: 3,
      timestamp: "2026-07-05T09:59:41Z",
      results: [
        {
          id: "r",
          success: true,
          score: 1,
          prompt: { raw: "Grüße" },
          provider: { id: "p" },
          response: { output: "Hello", tokenUsage: { prompt: 1 } },
          gradingResult: { componentResults: [{ pass: true, score: 1, assertion: { type: "equals" } }] },
          namedScores: { good: 1 },
          vars: {},
        },
      ],
      stats: {},
    },
  },
  "swe-agent": {
    environment: "e",
    trajectory: [{ action: "ls", observation: "a", response: "Grüße", state: "n/a", thought: "hm" }],
    info: { exit_status: "submitted", submission: "diff", model_stats: { instance_cost: 0.1 } },
  },
  tau1: [{ task_id: 1, reward: 1, trial: 0, traj: [user, answer], info: {} }],
  tau2: {
    info: {},
    tasks: [],
    simulations: [{ id: "s", task_id: "1", reward_info: { reward: 1 }, messages: [user, { ...answer, cost: 0.1 }] }],
  },
  "who-when": {
    question: "Grüße",
    question_ID: "q",
    ground_truth: "8",
    history: [{ content: "Hello", role: "assistant", name: "a" }],
    is_correct: false,
    mistake_agent: "a",
    mistake_step: "0",
    mistake_reason: "r",
  },
};
