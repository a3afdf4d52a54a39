// What one run under chaos does, drawn from its message alone: the agent follows it, the checks expect it.
import { type Random, seededRandom, seedFromText } from "../../src/kernel/index.ts";

/** `note` may be repeated with its key, `pay` may not, `book` can be looked up, `wire` may not and asks a person first. */
export type LedgerTool = "note" | "pay" | "book" | "wire";

/** How the outside behaves: answers, answers late, records and never answers, or refuses. */
export type Conduct = "plain" | "slow" | "drop" | "refuse";

export type Step =
  | { readonly kind: "model"; readonly marker: string; readonly tokens: number; readonly tokenMs: number }
  | { readonly kind: "tool"; readonly marker: string; readonly tool: LedgerTool; readonly conduct: Conduct }
  | { readonly kind: "sleep"; readonly marker: string; readonly ms: number }
  | { readonly kind: "memory"; readonly marker: string; readonly owner: "user" | "agent"; readonly key: string };

export type ToolStep = Extract<Step, { readonly kind: "tool" }>;

/** Stages come one after another, the branches of a stage side by side, the steps of a branch in order. */
export interface Plan {
  readonly id: string;
  readonly agent: ChaosAgent;
  readonly stages: readonly (readonly (readonly Step[])[])[];
}

/** `mixer` is a function, `talker` an AI SDK agent whose model calls the tools. */
export type ChaosAgent = "mixer" | "talker";

/** @param id unique among all runs: markers and memories are named after it */
export function planMessage(agent: ChaosAgent, id: string): string {
  return `chaos ${agent} ${id}`;
}

/** Said to a session at work: taken in by the run under way, or answered by a run of its own that does nothing else. */
export function asideMessage(id: string): string {
  return `aside - ${id}`;
}

export function isAside(message: string): boolean {
  return message.startsWith("aside ");
}

export function planOf(message: string): Plan {
  const [, agent, id = ""] = message.split(" ");
  if (isAside(message)) return { id, agent: "mixer", stages: [] };
  const random = seededRandom(seedFromText(id));
  const isMixer = agent === "mixer";
  const stages = Array.from({ length: 1 + below(random, 3) }, (_, stage) =>
    Array.from({ length: 1 + below(random, 3) }, (_, branch) =>
      Array.from({ length: isMixer ? 1 + below(random, 3) : 1 }, (_, index) =>
        drawStep(random, { id, marker: `${id}/${stage}.${branch}.${index}` }),
      ),
    ),
  );
  return { id, agent: isMixer ? "mixer" : "talker", stages };
}

export function stepsOf({ stages }: Plan): readonly Step[] {
  return stages.flat(2);
}

/** What a deterministic model says for a step. */
export function wordsOf(marker: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${marker}:${index} `);
}

/** The run's answer, from what became of each step. */
export function answerOf(plan: Plan, outcomeOf: (step: Step) => string): string {
  return [plan.id, ...stepsOf(plan).map((step) => `${step.marker}=${outcomeOf(step)}`)].join("\n");
}

function drawStep(random: Random, { id, marker }: { readonly id: string; readonly marker: string }): Step {
  const dice = random();
  if (dice < 0.2) return { kind: "model", marker, tokens: 3 + below(random, 12), tokenMs: 5 + below(random, 30) };
  if (dice < 0.7) return { kind: "tool", marker, tool: drawTool(random), conduct: drawConduct(random) };
  if (dice < 0.84) return { kind: "sleep", marker, ms: 30 + below(random, 500) };
  // Longer than a process holds a run for: it is put down and taken up again.
  if (dice < 0.88) return { kind: "sleep", marker, ms: 2_200 + below(random, 1_200) };
  const isShared = random() < 0.4;
  const owner = random() < 0.5 ? "user" : "agent";
  return { kind: "memory", marker, owner, key: isShared ? "chaos/shared" : `chaos/${id}/${marker}` };
}

function drawTool(random: Random): LedgerTool {
  const dice = random();
  return dice < 0.3 ? "note" : dice < 0.55 ? "pay" : dice < 0.8 ? "book" : "wire";
}

function drawConduct(random: Random): Conduct {
  const dice = random();
  return dice < 0.35 ? "plain" : dice < 0.75 ? "slow" : dice < 0.9 ? "drop" : "refuse";
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}
