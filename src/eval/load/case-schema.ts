import { z } from "zod";
import { ISOLATION_LEVELS } from "../../domain/index.ts";
import { faultsSchema, listProfiles } from "../../fault/spec/index.ts";
import { LIMITS, suggestName } from "../../kernel/index.ts";
import { simulatedUserSchema } from "../../world/users/spec/index.ts";

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

const pastMessage = z.union([
  z.strictObject({ user: z.string() }),
  z.strictObject({ assistant: z.string() }),
  z.strictObject({ system: z.string() }),
]);

const memory = z.strictObject({
  owner: z.enum(["user", "agent"]).optional().describe("user unless told"),
  key: z.string().min(1).max(LIMITS.memoryKeyCharactersMax),
  value: z.json(),
  ageDays: z.number().min(0).optional().describe("how long ago it was written; 0 unless told"),
});

const service = z.strictObject({
  name: z.string().min(1),
  command: z.array(z.string()).min(1).describe("program and arguments, started in the workspace"),
  port: z.int().min(1).max(65_535).describe("where it listens, on the sandbox's loopback"),
  env: z.record(z.string(), z.string()).optional(),
  health: z.string().startsWith("/").optional().describe("a path that answers 2xx when it is ready"),
  readyWithinMs: z.int().positive().optional().describe("10 s unless told"),
});

const network = z.strictObject({
  allow: z
    .array(
      z.union([
        z.string().min(1),
        z.strictObject({ host: z.string().min(1), ports: z.array(z.int().min(1).max(65_535)).min(1).optional() }),
      ]),
    )
    .optional()
    .describe("hosts that may be reached, `*.example.com` for all below one; ports 80 and 443 unless told"),
  record: z.string().optional().describe("file that a cassette of all exchanges is written to"),
  replay: z
    .strictObject({
      cassette: z.string(),
      pace: z
        .enum(["recorded", "none"])
        .optional()
        .describe("whether answers take their recorded time; none unless told"),
    })
    .optional()
    .describe("answers come from this cassette, and what it does not hold fails"),
});

const replay = z.strictObject({
  cassette: z.string().describe("file of recorded tool answers, relative to the case"),
  onMiss: z
    .enum(["fail", "live"])
    .optional()
    .describe("a call that is not recorded ends the trial as void, or reaches the real tool; fail unless told"),
  pace: z.enum(["recorded", "none"]).optional().describe("whether answers take their recorded time; none unless told"),
  model: z
    .literal("recorded")
    .optional()
    .describe("model and user say again what the cassette holds; the agent's own model answers unless told"),
  take: z.string().optional().describe("which of the cassette's recorded runs is said again; its first unless told"),
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
  replay: replay.optional().describe("recorded answers that stand in for the agent's tools"),
  approvals: z
    .array(z.strictObject({ tool: z.string(), decision: z.enum(["approved", "denied"]), by: z.string() }))
    .optional()
    .describe("what a person would decide; a tool not named is denied"),
  files: z.string().optional().describe("folder that the agent's workspace begins with, relative to the case"),
  postgres: z
    .strictObject({
      serverEnv: z
        .string()
        .min(1)
        .describe("variable that holds the server's URL, with a login that may create databases"),
      template: z.string().min(1).describe("database that each trial's own is copied from"),
      env: z.string().min(1).optional().describe("variable the agent finds its database in; DATABASE_URL unless told"),
    })
    .optional()
    .describe("a Postgres database of each trial's own"),
  memory: z.array(memory).optional().describe("what the agent remembers when the trial begins"),
  services: z.array(service).optional().describe("programs that start fresh beside the agent, in this order"),
  faults: faultsSchema.optional().describe("what goes wrong on purpose"),
  network: network.optional().describe("what may be reached, recorded or replayed; nothing unless told"),
});

/** A bare name is a check without options: `- escalates`. */
const checkSpec = z.preprocess(
  (given) => (typeof given === "string" ? { [given]: {} } : given),
  z.record(z.string(), z.unknown(), "expected a check: its name, or its name with options"),
);
const rate = z.strictObject({ rate: z.number().min(0).max(1) });
const trials = z.int().min(1).max(LIMITS.trialsMax);

/** A case as people write it, in YAML or TypeScript. */
export const caseSchema = z
  .strictObject({
    id: z.string().min(1).max(200),
    why: z.string().optional(),
    kind: z.enum(["capability", "regression"]).optional(),
    tags: z.array(z.string()).optional(),
    from: z.record(z.string(), z.json()).optional(),
    input: z.union([z.string(), z.array(turn).min(1)]).optional(),
    simulatedUser: simulatedUserSchema.optional().describe("who talks with the agent after `input`, or instead of it"),
    history: z.array(pastMessage).optional().describe("what was said before: the agent's conversation so far"),
    user: z.strictObject({ id: z.string(), grants: z.array(z.string()).optional() }).optional(),
    world: world.optional(),
    expected: z.json().optional(),
    metadata: z.record(z.string(), z.json()).optional(),
    trials: trials.optional(),
    checks: z.array(checkSpec).optional(),
    pass: rate.optional(),
    timeoutMs: z.int().positive().optional(),
  })
  .refine(({ input, simulatedUser }) => input !== undefined || simulatedUser !== undefined, {
    error: "needs `input`, or a `simulatedUser` who says something",
    path: ["input"],
  });

export type CaseInput = z.infer<typeof caseSchema>;

/** The name of a profile of faults. */
const profile = z.string().superRefine((name, context) => {
  const names = listProfiles().map((each) => each.name);
  if (names.includes(name)) return;
  context.addIssue({
    code: "custom",
    message: `there is no profile ${name}${suggestName(name, names)}; there are ${names.join(", ")}`,
  });
});

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
  faults: z.array(profile).optional().describe("profiles of faults that every trial is put under"),
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

/** Stands in for an agent that is not in the project. */
const recordedAgent = z.strictObject({ recorded: z.literal(true) });
const agent = z
  .union([z.string().min(1), recordedAgent])
  .describe("a name or path; { recorded: true } says again what each case's cassette holds");

/** Options of `suite(name, { agent, cases })`; a YAML suite has the same keys and a `name`. */
export const agentSuiteSchema = z.strictObject({
  ...common,
  scorers,
  scores: scorers,
  world: worldFactory,
  agent,
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
  agent,
  cases,
});
