import { agentSuiteSchema, caseSchema, taskSuiteSchema, yamlSuiteSchema } from "../../src/eval/load/case-schema.ts";
import { code, page } from "./markdown.ts";
import { type Meaning, schemaTable } from "./schema-rows.ts";

const check: Meaning = {
  type: "list of checks",
  means: "see [checks](checks.md); a [judge](../concepts/judges.md) is one of them: `judge: { rubric, min, passes }`",
};

const COMMON: Readonly<Record<string, Meaning>> = {
  trials: { means: "trials per case, each in a fresh world; 3 unless told" },
  isolation: {
    means: "how far a trial is kept from the machine; `process` unless told. Never replaced by a weaker level",
  },
  kind: { means: "of cases that do not say it; `capability` unless told" },
  tags: { means: "added to every case's own" },
  checks: { ...check, means: `what every case must hold; ${check.means}` },
  scoreMin: { means: "a scorer passes from this score on; 0.5 unless told" },
  pass: { means: "when a case passes that does not say it itself" },
  "pass.rate": { means: "share of its trials that must pass; 1 for a regression, 0.5 for a capability unless told" },
  timeoutMs: { means: "what one trial may take; 120,000 unless told" },
  passEnv: {
    means: "names of environment variables the agent's process may see, e.g. `OPENAI_API_KEY`; no others are passed",
  },
  model: {
    means:
      "the model that `OPENAI_BASE_URL` leads to in a trial: a [script](scripts.md)'s file, or an OpenAI-compatible endpoint",
  },
};

const SCORERS: Readonly<Record<string, Meaning>> = {
  scorers: {
    means:
      "functions of `{ input, output, expected, metadata }` that give a score in [0, 1], a boolean, or `{ score, name }`",
  },
  scores: { means: "the name Braintrust gives `scorers`" },
};

const AGENT: Readonly<Record<string, Meaning>> = {
  agent: {
    means:
      "a name of aegis.config.ts, `agents/<name>.ts`, or a path of a module that exports [`defineAgent(...)`](agents.md) as default",
  },
  cases: {
    type: "glob, or list of globs and cases",
    means: "case files, relative to the suite's file, or cases themselves",
  },
};

const WORLD: Meaning = {
  means: "makes the [world](worlds.md) of each trial: a function, or the path of a module that exports one as default",
};

const CASE: Readonly<Record<string, Meaning>> = {
  "simulatedUser.persona": { means: "who it is, in a sentence or two" },
  "simulatedUser.changesMind.turn": { means: "from its how many-th message on" },
  "simulatedUser.changesMind.goal": { means: "what it wants from then on" },
  "simulatedUser.changesMind.say": { means: "how it says so" },
  "simulatedUser.script.rules[].when": { means: "what the agent said last, or which message it is" },
  "simulatedUser.script.rules[].say": { means: "what it says then; `{{fact}}` stands for a fact" },
  "world.memory[].key": { means: "what it is remembered under" },
  "world.memory[].value": { means: "what is remembered" },
  "world.services[].name": { means: "for messages" },
  "world.services[].env": { means: "further variables for it" },
  "world.faults[].burst.from": { means: "the first call" },
  "world.faults[].burst.count": { means: "how many calls" },
  "world.faults[].window.to": { means: "until then, e.g. `30s`" },
  "world.faults[].window.from": { means: "from then on; the start unless told" },
  "world.network.replay.cassette": { means: "file of the recording, relative to the case" },
  id: { means: "its name; one of its kind within the suite" },
  why: { means: "what it guards, in a sentence" },
  kind: {
    means: "`capability`: can it do this at all? `regression`: it could once, it must still. The suite's unless told",
  },
  tags: { means: "to choose cases with `--tag`" },
  from: { means: "where it came from: a trace, an incident" },
  input: {
    type: "text, or list of turns",
    means:
      "what is said to the agent: `{ user: ... }`, `{ system: ... }`, or `{ data: ... }` for a function agent; a bare text is a user's",
  },
  user: { means: "on whose behalf the agent acts" },
  "user.id": { means: "who" },
  "user.grants": { means: "what this user may do; held against the permissions of tools" },
  world: { means: "what stands behind the agent in this case" },
  "world.approvals[].tool": { means: "the tool that asks" },
  "world.approvals[].decision": { means: "what the person says" },
  "world.approvals[].by": { means: "who the person is" },
  expected: { means: "for scorers, judges and checks; the agent never sees it" },
  metadata: { means: "facts about the case, for the same readers" },
  trials: { means: "instead of the suite's number" },
  checks: { ...check, means: `beside the suite's; ${check.means}` },
  pass: { means: "when the case passes" },
  "pass.rate": { means: "share of its trials that must pass; 1 for a regression, 0.5 for a capability unless told" },
  timeoutMs: { means: "instead of the suite's" },
};

export function suitePage(): string {
  return page([
    "# Suites and cases",
    "A suite says which agent is put through which cases, how often, and what every run must hold. It is a TypeScript or YAML file found by `evals/**/suite.*`, `evals/**/*.suite.*` or `evals/**/*.eval.*`.",
    "## suite(name, { agent, cases })",
    code(
      'import { check, suite } from "aegis";\n\nexport default suite("production", {\n  agent: "support",\n  trials: 5,\n  cases: "./cases/*.yaml",\n  checks: [check.retriesAtMost(3)],\n});',
      "ts",
    ),
    schemaTable({ schema: agentSuiteSchema, meanings: { ...AGENT, ...COMMON, ...SCORERS, world: WORLD } }),
    "## suite(name, { data, task, scorers })",
    "The form of Evalite and Braintrust: a function instead of an agent. `Eval` and `evalite` are the same function under their names.",
    schemaTable({
      schema: taskSuiteSchema,
      meanings: {
        data: {
          type: "list, or function that gives one",
          means: "rows of `{ input, expected, id, metadata, tags, only }`; each becomes a case",
        },
        task: { means: "called with the row's input; what it gives back is the output" },
        ...COMMON,
        ...SCORERS,
        world: WORLD,
      },
    }),
    "## A suite in YAML",
    code("name: production\nagent: support\ntrials: 5\ncases: ./cases/*.yaml\nchecks:\n  - retriesAtMost: 3", "yaml"),
    schemaTable({
      schema: yamlSuiteSchema,
      meanings: {
        name: { means: "the suite's name" },
        ...AGENT,
        ...COMMON,
        world: {
          means:
            "path of a module that exports a function as default, which makes the [world](worlds.md) of each trial",
        },
      },
    }),
    "## A case",
    "In a YAML file, or as an object in a suite's `cases`. Paths are relative to the file.",
    code(
      "id: refund-large-order\nwhy: The agent once refunded 450 USD by itself.\nkind: regression\ninput: I want my money back for order W2001.\nworld:\n  state: { shop: ./fixtures/shop.json }\nchecks:\n  - never: { tool: refund_order }\n  - escalates: {}",
      "yaml",
    ),
    schemaTable({ schema: caseSchema, meanings: CASE }),
  ]);
}
