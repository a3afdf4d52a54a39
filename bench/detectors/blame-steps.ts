// Failures of groups of agents for which people named the step and the agent that went wrong: would a finding name them too?
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../../src/domain/index.ts";
import { detect } from "../../src/trace/detectors/index.ts";
import { Pen } from "./pen.ts";
import { rate } from "./score-labelled.ts";
import { table } from "./table.ts";

interface Step {
  readonly content: string;
  readonly role: string;
  readonly name?: string;
}

interface Failure {
  readonly question: string;
  readonly history: readonly Step[];
  readonly mistake_agent: string;
  readonly mistake_step: string;
}

interface Blame {
  readonly isFound: boolean;
  readonly isRightStep: boolean;
  readonly isRightAgent: boolean;
  /** What a step, or an agent, drawn at random would get. */
  readonly stepChance: number;
  readonly agentChance: number;
}

/** Of programs, not of agents. */
const TERMINAL = "Computer_terminal";

export function blameTable(folder: string): string {
  const rows = ["Algorithm-Generated", "Hand-Crafted"].flatMap((part) => {
    const place = join(folder, "who_when", part);
    if (!existsSync(place)) return [];
    const files = readdirSync(place).filter((name) => name.endsWith(".json"));
    const failures = files.map((name) => JSON.parse(readFileSync(join(place, name), "utf8")) as Failure);
    return [
      rowOf(
        `${part}: the worst finding`,
        failures.map((failure) => blame(failure, false)),
      ),
      rowOf(
        `${part}: else the first failed call`,
        failures.map((failure) => blame(failure, true)),
      ),
    ];
  });
  return table(
    [
      "failures, and who is blamed",
      "cases",
      "somebody",
      "step right",
      "step by chance",
      "agent right",
      "agent by chance",
    ],
    rows,
  );
}

function rowOf(what: string, blames: readonly Blame[]): string[] {
  const count = (isMeant: (blame: Blame) => boolean) => blames.filter(isMeant).length;
  const chance = (of: (blame: Blame) => number) => {
    const mean = blames.reduce((sum, each) => sum + of(each), 0) / blames.length;
    return `${(mean * 100).toFixed(0)} %`;
  };
  return [
    what,
    String(blames.length),
    String(count(({ isFound }) => isFound)),
    rate(
      count(({ isRightStep }) => isRightStep),
      blames.length,
    ),
    chance(({ stepChance }) => stepChance),
    rate(
      count(({ isRightAgent }) => isRightAgent),
      blames.length,
    ),
    chance(({ agentChance }) => agentChance),
  ];
}

/**
 * The worst finding's first event, or else, where `takesFailedCalls`, whoever asked for the first call that failed.
 * Where nobody is blamed, that counts as wrong.
 */
function blame(failure: Failure, takesFailedCalls: boolean): Blame {
  const { question, history, mistake_agent: agent, mistake_step: step } = failure;
  const { events, stepBySeq } = logOf(question, history);
  const [worst] = detect({ events });
  const failed = events.find((event) => event.type === "tool.returned" && event.error !== undefined);
  const evidence = worst?.evidence ?? (takesFailedCalls && failed ? [failed.seq - 1] : []);
  const blamed = evidence.map((seq) => stepBySeq.get(seq)).find((each) => each !== undefined);
  const agents = new Set(history.map(agentOf).filter((each) => each !== TERMINAL && each !== "human"));
  return {
    isFound: blamed !== undefined,
    isRightStep: blamed === Number(step),
    isRightAgent: blamed !== undefined && agentOf(history[blamed]) === agent,
    stepChance: 1 / history.length,
    agentChance: 1 / Math.max(1, agents.size),
  };
}

/** `Orchestrator (-> WebSurfer)` is the orchestrator. */
function agentOf(step: Step | undefined): string {
  return step?.name ?? step?.role.replace(/ \(.*$/, "") ?? "";
}

/** A program's output is a tool's result, called by the step before it; the last thing said is the answer. */
function logOf(question: string, history: readonly Step[]) {
  const pen = new Pen().start().user(question);
  const stepBySeq = new Map<number, number>();
  for (const [index, step] of history.entries()) {
    const before = pen.events.length;
    if (agentOf(step) === TERMINAL) {
      const hasFailed = /^exitcode: (?!0\b)/.test(step.content);
      const given = { code: history[index - 1]?.content ?? "" };
      pen.call("execute_code", given, step.content, hasFailed ? { error: step.content } : {});
      stepBySeq.set(before, Math.max(0, index - 1)).set(before + 1, index);
    } else if (index === history.length - 1) {
      stepBySeq.set(before, index);
      pen.answer(step.content);
    } else if (agentOf(step) !== "human") {
      stepBySeq.set(before + 1, index);
      pen.model({ content: step.content });
    }
  }
  const events: readonly RunEvent[] = pen.end().events;
  return { events, stepBySeq };
}
