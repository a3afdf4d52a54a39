import type { RunEvent } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { type LogEntry, logOf } from "../../log/index.ts";
import type { LoggedRun } from "./logged-run.ts";

export interface CallMade {
  readonly tool: string;
  readonly arguments?: Json;
  readonly result?: Json;
  readonly error?: RunEvent<"tool.returned">["error"];
  readonly ms?: number;
}

export interface RunMade {
  readonly id?: string;
  readonly origin?: RunEvent<"run.started">["origin"];
  readonly caseId?: string;
  readonly sessionId?: string;
  readonly system?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly offers?: readonly string[];
  /** What the user says; each is answered. */
  readonly says?: readonly string[];
  readonly calls?: readonly CallMade[];
  readonly outcome?: RunEvent<"run.ended">["outcome"];
}

let made = 0;

/** A run as a log of ours would tell it, one model call at its beginning, one second between events. */
export function runMade(given: RunMade = {}): LoggedRun {
  const { id = `run-${(made += 1)}`, says = ["Please help."], calls = [], outcome = "answered" } = given;
  let effect = 0;
  const entries: object[] = [
    {
      type: "run.started",
      schemaVersion: 1,
      agent: { name: "a", version: "1" },
      origin: given.origin ?? "live",
      ...(given.caseId !== undefined && { caseId: given.caseId }),
      ...(given.sessionId !== undefined && { sessionId: given.sessionId }),
    },
    ...modelCall(given, effect++),
    ...calls.flatMap((call) => toolCall(call, effect++)),
    ...says.flatMap((content) => [
      { type: "message.received" as const, from: "user" as const, content },
      { type: "message.sent", content: "Noted." },
    ]),
    { type: "run.ended", outcome, durationMs: 1_000 },
  ];
  const timed = entries.map((entry, index) => ({ ...entry, witness: "runtime", atMs: 1_000 * index }) as LogEntry);
  return { runId: id, events: logOf(timed) };
}

function modelCall(
  { system, model = "m-1", provider = "p", offers = [], says = ["Please help."] }: RunMade,
  effect: number,
) {
  const added = [
    ...(system === undefined ? [] : [{ role: "system", content: system }]),
    { role: "user", content: says[0] ?? "" },
  ];
  const called = { type: "model.called", effect, attempt: 1, provider, model, keptCount: 0, added, toolNames: offers };
  const message = { role: "assistant", content: "" } as const;
  return [called, { type: "model.returned", effect, durationMs: 10, message, costMicroUsd: null }];
}

function toolCall({ tool, arguments: given = {}, result, error, ms = 5 }: CallMade, effect: number) {
  const callId = `c${effect}`;
  const returned = { type: "tool.returned", effect, callId, tool, durationMs: ms };
  return [
    { type: "tool.called", effect, attempt: 1, callId, tool, arguments: given },
    { ...returned, ...(error ? { error } : { result: result ?? "fine" }) },
  ];
}
