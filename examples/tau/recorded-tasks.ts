import type { Json } from "../../src/kernel/index.ts";
import type { AssistantMessage, ToolRequest } from "../../src/domain/index.ts";
import { decodeArguments } from "./decode-arguments.ts";
import { type DomainName, findTool } from "./environment.ts";
import { isInjectedFault, showsProvinces } from "./regrade-trajectories.ts";
import type { Task } from "./reward.ts";
import type { RecordedContent, RecordedRun, RecordedStep } from "./trajectory.ts";
import { dump } from "./value-text.ts";

/** A task and every recorded attempt at it that can be played again. */
export interface RecordedTask {
  readonly taskId: number | string;
  readonly task: Task;
  readonly attempts: readonly RecordedAttempt[];
}

/** One recorded conversation, as its two sides would say it again. */
export interface RecordedAttempt {
  readonly trial: number;
  /** 0 or 1, as recorded. */
  readonly reward: number;
  readonly hasProvinces: boolean;
  readonly userMessages: readonly string[];
  readonly assistantMessages: readonly AssistantMessage[];
  /** After the last answer the user ended the conversation with ###STOP###, which the agent never sees. */
  readonly isStopped: boolean;
  /** Answers that the recorder gave instead of the tools, by the number of the call, from 0. */
  readonly faults: ReadonlyMap<number, string>;
}

/** Tasks in the order of the file. Left out: runs that crashed, and runs with a change that nobody can read. */
export function recordedTasks(domainName: DomainName, runs: readonly RecordedRun[]): RecordedTask[] {
  const fileHasProvinces = runs.some((run) => showsProvinces(run.content) === true);
  const tasks = new Map<number | string, { task: Task; attempts: RecordedAttempt[] }>();
  for (const run of runs) {
    const { content } = run;
    if (content.kind === "crashed") continue;
    const hasProvinces = domainName === "airline" && (showsProvinces(content) ?? fileHasProvinces);
    const attempt = attemptOf({ domainName, run, content, hasProvinces });
    if (attempt === undefined) continue;
    const known = tasks.get(run.taskId) ?? { task: content.task, attempts: [] };
    known.attempts.push(attempt);
    tasks.set(run.taskId, known);
  }
  return [...tasks].map(([taskId, known]) => ({ taskId, ...known }));
}

interface Played {
  readonly domainName: DomainName;
  readonly run: RecordedRun;
  readonly content: RecordedContent & { readonly kind: "played" };
  readonly hasProvinces: boolean;
}

function attemptOf({ domainName, run, content, hasProvinces }: Played): RecordedAttempt | undefined {
  const { opening, steps, reward, isDone } = content;
  const replies = steps.slice(0, -1).flatMap((step) => (step.kind === "response" ? [step.reply] : []));
  const assistantMessages = steps.map((step, index) => assistantMessage(domainName, step, index));
  if (!isEvery(replies) || !isEvery(assistantMessages) || assistantMessages.length === 0) return undefined;
  return {
    trial: run.trial,
    reward,
    hasProvinces,
    userMessages: [opening, ...replies],
    assistantMessages,
    isStopped: isDone && steps.at(-1)?.kind === "response",
    faults: faultsOf(domainName, steps),
  };
}

/** Undefined where the arguments of a change cannot be read: any guess would change something else. */
function assistantMessage(domainName: DomainName, step: RecordedStep, index: number): AssistantMessage | undefined {
  // The AI SDK keeps no message for an empty answer, and the replay would say it again and again.
  if (step.kind === "response") return { role: "assistant", content: step.text === "" ? " " : step.text };
  const kwargs = decodeArguments(step.tool, step.argumentsText);
  if (kwargs === undefined && findTool(domainName, step.tool)?.canWrite) return undefined;
  const request: ToolRequest = {
    // Recorded ids repeat within a conversation, and some recordings have none.
    callId: `call-${index}`,
    tool: step.tool,
    arguments: kwargs === undefined ? {} : (JSON.parse(dump(kwargs)) as Json),
  };
  return { role: "assistant", content: step.aside, toolRequests: [request] };
}

/** Calls of tools that nobody declared never reach the service, so they do not count. */
function faultsOf(domainName: DomainName, steps: readonly RecordedStep[]): Map<number, string> {
  const calls = steps.flatMap((step) =>
    step.kind === "call" && findTool(domainName, step.tool) ? [step.observation ?? ""] : [],
  );
  return new Map([...calls.entries()].filter(([, observation]) => isInjectedFault(observation)));
}

function isEvery<Item>(items: readonly (Item | undefined)[]): items is readonly Item[] {
  return items.every((item) => item !== undefined);
}
