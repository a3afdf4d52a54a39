import { fixedClock, type Json, seededRandom } from "../../kernel/index.ts";
import type { NewEvent, RunEvent } from "../../domain/index.ts";
import { openJournal } from "../../log/index.ts";
import type { AgentContext } from "../agent-context.ts";
import { Boundary } from "../boundary.ts";
import type { ApprovalDecision } from "../boundary-options.ts";

const USER = { id: "ana", grants: [] };

export interface OpenedContext {
  readonly context: AgentContext;
  readonly events: RunEvent[];
  readonly append: (event: NewEvent) => RunEvent;
  /** Events of one type, as they stand in the log. */
  of<Type extends RunEvent["type"]>(type: Type): RunEvent<Type>[];
}

/** What an agent is given, over a log that is kept in memory and may hold an earlier attempt. */
export function openContext(
  options: {
    readonly decision?: ApprovalDecision;
    readonly earlier?: readonly RunEvent[];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): OpenedContext {
  const { decision = { decision: "denied", by: "nobody" }, earlier = [], env = {} } = options;
  const events: RunEvent[] = [...earlier];
  const clock = fixedClock(1_000);
  const random = seededRandom(1);
  const append = (event: NewEvent) => {
    const stored = { ...event, seq: events.length } as RunEvent;
    events.push(stored);
    return stored;
  };
  const boundary = new Boundary({
    append: async (event) => append(event),
    clock,
    random,
    runId: "run-1",
    costOf: () => 7,
    approve: async () => decision,
    sleep: async () => undefined,
    ...(earlier.length > 0 && { journal: openJournal(earlier) }),
  });
  const state: Record<string, Json> = {};
  const context: AgentContext = {
    boundary,
    user: USER,
    caseId: "case",
    attemptIndex: 0,
    seed: 42,
    env,
    state,
    userMemory: boundary.memory("user"),
    agentMemory: boundary.memory("agent"),
    clock,
    random,
  };
  const of: OpenedContext["of"] = (type) => events.filter((event) => event.type === type) as never;
  return { context, events, append, of };
}

/** Says things to a session, and gives its answers. */
export async function converse(
  session: { send(turn: { message: string; input: Json; signal: AbortSignal }): Promise<{ readonly text: string }> },
  messages: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<string[]> {
  const answers: string[] = [];
  for (const message of messages) answers.push((await session.send({ message, input: message, signal })).text);
  return answers;
}
