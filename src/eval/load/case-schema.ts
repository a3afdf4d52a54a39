import { z } from "zod";
import { ISOLATION_LEVELS } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";

const turn = z.union([
  z.string(),
  z.strictObject({ user: z.string() }),
  z.strictObject({ system: z.string() }),
  z.strictObject({ data: z.json() }),
]);

const toolRequest = z.strictObject({ callId: z.string(), tool: z.string(), arguments: z.json() });

const assistantMessage = z.strictObject({
  role: z.literal("assistant"),
  content: z.string(),
  reasoning: z.string().optional(),
  toolRequests: z.array(toolRequest).optional(),
});

const world = z.strictObject({
  state: z
    .record(z.string(), z.json())
    .optional()
    .describe("named initial states: a value, or the path of a JSON file"),
  clock: z.iso.datetime({ offset: true }).optional().describe("the time the agent's clock starts at"),
  env: z.record(z.string(), z.string()).optional().describe("environment variables for the agent"),
  modelReplay: z.array(z.array(assistantMessage)).optional().describe("recorded answers that stand in for the model"),
  userReplay: z
    .array(z.array(z.string()).min(1))
    .min(1)
    .optional()
    .describe("recorded user messages, one list per attempt"),
  approvals: z
    .array(z.strictObject({ tool: z.string(), decision: z.enum(["approved", "denied"]), by: z.string() }))
    .optional()
    .describe("what a person would decide; a tool not named is denied"),
});

/** A bare name is a check without options: `- escalates`. */
const checkSpec = z.preprocess(
  (given) => (typeof given === "string" ? { [given]: {} } : given),
  z.record(z.string(), z.unknown(), "expected a check: its name, or its name with options"),
);
const rate = z.strictObject({ rate: z.number().min(0).max(1) });
const trials = z.int().min(1).max(LIMITS.trialsMax);

/** A case as people write it, in YAML or TypeScript. */
export const caseSchema = z.strictObject({
  id: z.string().min(1).max(200),
  why: z.string().optional(),
  kind: z.enum(["capability", "regression"]).optional(),
  tags: z.array(z.string()).optional(),
  from: z.record(z.string(), z.json()).optional(),
  input: z.union([z.string(), z.array(turn).min(1)]),
  user: z.strictObject({ id: z.string(), grants: z.array(z.string()).optional() }).optional(),
  world: world.optional(),
  expected: z.json().optional(),
  metadata: z.record(z.string(), z.json()).optional(),
  trials: trials.optional(),
  checks: z.array(checkSpec).optional(),
  pass: rate.optional(),
  timeoutMs: z.int().positive().optional(),
});

export type CaseInput = z.infer<typeof caseSchema>;

const common = {
  trials: trials.optional(),
  isolation: z.enum(ISOLATION_LEVELS).optional(),
  kind: z.enum(["capability", "regression"]).optional(),
  tags: z.array(z.string()).optional(),
  checks: z.array(checkSpec).optional(),
  scoreMin: z.number().min(0).max(1).optional(),
  pass: rate.optional(),
  timeoutMs: z.int().positive().optional(),
  passEnv: z.array(z.string()).optional(),
  model: z
    .union([
      z.strictObject({ script: z.string() }),
      z.strictObject({ baseUrl: z.url(), apiKeyEnv: z.string().optional(), model: z.string().optional() }),
    ])
    .optional(),
};

const anyFunction = z.custom<never>((value) => typeof value === "function", "expected a function");
/** A function, or Evalite's `{ name, scorer }`. */
const scorer = z.union([
  anyFunction,
  z.looseObject({ name: z.string().optional(), description: z.string().optional(), scorer: anyFunction }),
]);
const scorers = z.array(scorer).optional();
const foreign = z.unknown().optional().describe("taken from files of Evalite and Braintrust; of no meaning here");
const worldFactory = z.union([z.string(), anyFunction]).optional();
const cases = z.union([z.string(), z.array(z.union([z.string(), caseSchema])).min(1)]);

/** Options of `suite(name, { agent, cases })`; a YAML suite has the same keys and a `name`. */
export const agentSuiteSchema = z.strictObject({
  ...common,
  scorers,
  scores: scorers,
  world: worldFactory,
  agent: z.string().min(1),
  cases,
});

/** Options of `suite(name, { data, task, scorers })`. */
export const taskSuiteSchema = z.strictObject({
  ...common,
  scorers,
  scores: scorers,
  world: worldFactory,
  data: z.union([z.array(z.unknown()), anyFunction]),
  task: anyFunction,
  trialCount: trials.optional().describe("another name for `trials`"),
  timeout: z.int().positive().optional().describe("another name for `timeoutMs`"),
  columns: foreign,
  description: foreign,
  experimentName: foreign,
  maxConcurrency: foreign,
  metadata: foreign,
  projectId: foreign,
});

export const yamlSuiteSchema = z.strictObject({
  ...common,
  name: z.string().min(1),
  world: z.string().optional(),
  agent: z.string().min(1),
  cases,
});
