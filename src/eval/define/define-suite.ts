import type { Json, JsonObject } from "../../kernel/index.ts";
import type {
  ApprovalRule,
  AssistantMessage,
  CaseKind,
  CaseNetwork,
  CasePostgres,
  CaseService,
  CheckSpec,
  InputTurn,
  IsolationLevel,
} from "../../domain/index.ts";
import type { AgentOptions } from "../../agent/index.ts";
import type { CheckName } from "../../check/index.ts";
import type { WorldFactory } from "../../world/index.ts";
import type { SimulatedUserInput } from "../../world/users/spec/index.ts";

/** A case as people write it; everything but `id` and `input` has a default. */
export interface CaseOptions {
  readonly id: string;
  readonly why?: string;
  readonly kind?: CaseKind;
  readonly tags?: readonly string[];
  readonly from?: JsonObject;
  /** What is said to the agent; may be left out where a simulated user talks. */
  readonly input?: string | readonly (string | InputTurn)[];
  /** Persona, goal and hidden facts of somebody who talks with the agent over several turns. */
  readonly simulatedUser?: SimulatedUserInput;
  /** What was said before. */
  readonly history?: readonly (
    | { readonly user: string }
    | { readonly assistant: string }
    | { readonly system: string }
  )[];
  readonly user?: { readonly id: string; readonly grants?: readonly string[] };
  readonly world?: {
    /** Named initial states: a value, or a path of a JSON file relative to the case. */
    readonly state?: Readonly<Record<string, Json>>;
    readonly clock?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly modelReplay?: readonly (readonly AssistantMessage[])[];
    /** What the user says, where it differs from attempt to attempt: one list of messages each, instead of `input`. */
    readonly userReplay?: readonly (readonly string[])[];
    /** Recorded answers that stand in for the agent's tools, see docs/concepts/world.md. */
    readonly replay?: {
      readonly cassette: string;
      readonly onMiss?: "fail" | "live";
      readonly pace?: "recorded" | "none";
      readonly model?: "recorded";
      readonly take?: string;
    };
    readonly approvals?: readonly ApprovalRule[];
    /** What goes wrong on purpose, e.g. `{ on: "tool billing.lookup", call: 1, do: { timeout: "5s" } }`. */
    readonly faults?: readonly FaultOptions[];
    /** Folder that the agent's workspace begins with, relative to the case; what changed in it is state, as `files`. */
    readonly files?: string;
    readonly memory?: readonly {
      readonly owner?: "user" | "agent";
      readonly key: string;
      readonly value: Json;
      readonly ageDays?: number;
    }[];
    readonly postgres?: Omit<CasePostgres, "env"> & { readonly env?: string };
    readonly services?: readonly (Omit<CaseService, "readyWithinMs"> & { readonly readyWithinMs?: number })[];
    /** Hosts that may be reached, and a cassette to record into or to answer from. */
    readonly network?: {
      readonly allow?: readonly (string | CaseNetwork["allow"][number])[];
      readonly record?: string;
      readonly replay?: { readonly cassette: string; readonly pace?: "recorded" | "none" };
    };
  };
  readonly expected?: Json;
  readonly metadata?: JsonObject;
  readonly trials?: number;
  readonly checks?: readonly (CheckSpec | CheckName)[];
  readonly pass?: { readonly rate: number };
  readonly timeoutMs?: number;
}

/** A fault as people write it; docs/reference/faults.md lists what `do` may say. */
export interface FaultOptions {
  /** `tool NAME`, `model`, `http [METHOD] HOST/PATH` or `mcp SERVER`; `*` stands for any characters. */
  readonly on: string;
  readonly call?: number | readonly number[];
  readonly burst?: { readonly from: number; readonly count: number };
  readonly probability?: number;
  readonly window?: { readonly from?: number | string; readonly to: number | string };
  readonly side?: "before" | "after";
  readonly do: string | Readonly<Record<string, Json>>;
}

/** A scorer as in Evalite and Braintrust: a number in [0, 1], a boolean, or an object with `score`. */
export type Scorer = (scored: ScoredOutput) => ScorerResult | Promise<ScorerResult>;

/** Evalite's way to write one. */
export interface NamedScorer {
  readonly name?: string;
  readonly description?: string;
  readonly scorer: Scorer;
}

export interface ScoredOutput {
  readonly input: Json;
  /** What the task returned; an agent's answer is text. */
  readonly output: Json;
  readonly expected: Json | undefined;
  readonly metadata: JsonObject;
}

export type ScorerResult =
  | number
  | boolean
  | null
  | { readonly score: number | null; readonly name?: string; readonly metadata?: unknown };

interface SuiteCommon {
  /** Trials per case; 3 unless told. Independent: no cache between them. */
  readonly trials?: number;
  /** `process` unless told. */
  readonly isolation?: IsolationLevel;
  readonly kind?: CaseKind;
  readonly tags?: readonly string[];
  readonly checks?: readonly (CheckSpec | CheckName)[];
  readonly scorers?: readonly (Scorer | NamedScorer)[];
  /** The name Braintrust gives `scorers`. */
  readonly scores?: readonly (Scorer | NamedScorer)[];
  /** A scorer passes from this score on; 0.5 unless told. */
  readonly scoreMin?: number;
  readonly pass?: { readonly rate: number };
  readonly timeoutMs?: number;
  /** Names of environment variables the agent's process may see, e.g. `OPENAI_API_KEY`. */
  readonly passEnv?: readonly string[];
  /** Profiles of faults that every trial is put under, e.g. `flaky-api`. */
  readonly faults?: readonly string[];
  /** Makes the world of each trial: a function, or the path of a module that exports one as default. */
  readonly world?: WorldFactory | string;
  /** The model that `AEGIS_MODEL_URL` leads to: a script file, or an OpenAI-compatible endpoint. */
  readonly model?: SuiteModel;
}

export type SuiteModel =
  | { readonly script: string }
  | { readonly baseUrl: string; readonly apiKeyEnv?: string; readonly model?: string };

/** A suite about an agent of the project. */
export interface AgentSuiteOptions extends SuiteCommon {
  /**
   * A name of aegis.config.ts, or a path of a module that exports `defineAgent(...)` as default. `recorded` stands in for
   * an agent that is not in the project: it says again what each case's cassette holds.
   */
  readonly agent: string | { readonly recorded: true };
  /** Cases, or a glob of YAML files relative to the suite's file. */
  readonly cases: string | readonly (string | CaseOptions)[];
}

/** A suite about a function, in the form of Evalite and Braintrust. */
export interface TaskSuiteOptions extends SuiteCommon {
  readonly data: readonly TaskRow[] | (() => readonly TaskRow[] | Promise<readonly TaskRow[]>);
  readonly task: (input: never, context?: unknown) => unknown;
  /** Evalite's and Braintrust's name for `trials`. */
  readonly trialCount?: number;
  /** Braintrust's name for `timeoutMs`. */
  readonly timeout?: number;
  /** How those tools show or store results: taken, and of no meaning here. */
  readonly columns?: unknown;
  readonly description?: unknown;
  readonly experimentName?: unknown;
  readonly maxConcurrency?: unknown;
  readonly metadata?: unknown;
  readonly projectId?: unknown;
}

export interface TaskRow {
  readonly input: unknown;
  readonly expected?: unknown;
  readonly id?: string;
  readonly metadata?: unknown;
  readonly tags?: readonly string[];
  /** Evalite's mark for "run these alone". */
  readonly only?: boolean;
}

export type SuiteOptions = AgentSuiteOptions | TaskSuiteOptions;

const SUITE = Symbol.for("aegis.suite");

export interface SuiteDefinition {
  readonly [SUITE]: true;
  readonly name: string;
  readonly options: SuiteOptions;
}

const REGISTRY = Symbol.for("aegis.suites");

/** Suites defined since the process began; a file need not export them. */
export function definedSuites(): SuiteDefinition[] {
  const holder = globalThis as { [REGISTRY]?: SuiteDefinition[] };
  return (holder[REGISTRY] ??= []);
}

/** Declares a suite: cases, how often each is tried, and what every run must hold. */
export function suite(name: string, options: SuiteOptions): SuiteDefinition {
  const definition: SuiteDefinition = { [SUITE]: true, name, options };
  definedSuites().push(definition);
  return definition;
}

/** The task of a `{ data, task, scorers }` suite as an agent: called with the row's input. */
export function taskAgent(definition: SuiteDefinition): AgentOptions | undefined {
  const { name, options } = definition;
  if (!("task" in options)) return undefined;
  return { name, version: "inline", run: ({ input, context }) => options.task(input as never, context) };
}

export interface JudgeOptions {
  /** Path of a rubric (.md or .txt) beside the suite, or the rubric itself. */
  readonly rubric: string;
  readonly name?: string;
  /** Mean score from which the trial passes; 0.7 unless told. */
  readonly min?: number;
  /** How often the model is asked; 3 unless told. */
  readonly passes?: number;
  readonly timeoutMs?: number;
}

/** A judge among the checks of a suite or case; the same as `judge: {...}` in YAML. */
export function judge(options: JudgeOptions): CheckSpec {
  return { judge: options };
}
