import type { ErrorCode } from "../src/kernel/index.ts";

// A good project with one run in its store; every row spoils one thing of it.
export const GOOD = {
  "agents/good.ts": `
import { defineAgent } from "aegis";
export default defineAgent({ name: "good", version: "1", run: () => "yes" });
`,
  "evals/good/suite.ts": `
import { suite } from "aegis";
export default suite("good", { agent: "good", trials: 1, cases: "./cases/*.yaml" });
`,
  "evals/good/cases/greet.yaml": "id: greet\ninput: hello\nchecks:\n  - answerContains: yes\n",
};
const CASE = "evals/good/cases/greet.yaml";
const SUITE = "evals/good/suite.ts";

export interface Row {
  readonly why: string;
  readonly words: readonly string[];
  readonly code: ErrorCode;
  /** What the message must name. FOLDER stands for the project. */
  readonly says: readonly string[];
  /** Instead of the catalogue's; empty where the message says it all. */
  readonly fix?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export const run = ["eval", "run"];
const importing = ["eval", "import", "theirs.json", "--format"];
const TAU2 = '{"timestamp":"2026-01-01","info":{},"tasks":[],"simulations":[]}';
const COMPOSITE =
  '[{"task_id":1,"trial":0,"reward":0.5,"info":{"reward_info":{"components":{"base_success":1}}},"traj":[]}]';

export const suites: Row[] = [
  {
    why: "an unknown suite",
    words: [...run, "--suite", "nope"],
    code: "suite.not_found",
    says: ['"nope"', "there are: good"],
  },
  {
    why: "YAML that is none",
    words: run,
    files: { [CASE]: "id: greet\ninput: [hello\nchecks: {\n" },
    code: "case.bad_file",
    says: [`FOLDER/${CASE}:3:1: no valid YAML`],
  },
  {
    why: "a key nobody knows",
    words: run,
    files: { [CASE]: "id: greet\ninput: hello\nwhy: x\ninputt: 3\n" },
    code: "case.bad_file",
    says: [`FOLDER/${CASE}:4: `, '"inputt"'],
  },
  {
    why: "a value of the wrong type",
    words: run,
    files: { [CASE]: "id: greet\ninput: hello\ntrials: many\n" },
    code: "case.bad_file",
    says: [`FOLDER/${CASE}:3: trials: `, "a whole number", '"many"'],
  },
  {
    why: "an unknown check",
    words: run,
    files: { [CASE]: "id: greet\ninput: hello\nchecks:\n  - answerContain: yes\n" },
    code: "check.unknown",
    says: [`FOLDER/${CASE}:4: checks.0: `, '"answerContain", did you mean "answerContains"?'],
  },
  {
    why: "a check with a wrong option",
    words: run,
    files: { [CASE]: "id: greet\ninput: hello\nchecks:\n  - never: { tol: refund }\n" },
    code: "check.bad_spec",
    says: [`FOLDER/${CASE}:4: checks.0: `, "tool: expected string", 'did you mean "tool"?'],
  },
  {
    why: "no cases",
    words: run,
    files: { [SUITE]: GOOD[SUITE].replace("cases/*.yaml", "nowhere/*.yaml") },
    code: "suite.no_cases",
    says: [`FOLDER/${SUITE}`, "no file matches ./nowhere/*.yaml"],
  },
  {
    why: "filters that leave no case",
    words: [...run, "--case", "b*", "--tag", "money"],
    code: "suite.no_cases",
    says: ["no case of 1 is left by --case b* --tag money"],
  },
  {
    why: "a missing fixture",
    words: run,
    files: { [CASE]: "id: greet\ninput: hello\nworld: { state: { shop: ./fixtures/none.json } }\n" },
    code: "case.missing_fixture",
    says: [`FOLDER/${CASE}: world.state.shop`, "FOLDER/evals/good/cases/fixtures/none.json"],
  },
  {
    why: "a fixture that is no JSON",
    words: run,
    files: {
      [CASE]: "id: greet\ninput: hello\nworld: { state: { shop: ./shop.json } }\n",
      "evals/good/cases/shop.json": "{",
    },
    code: "case.bad_file",
    says: ["FOLDER/evals/good/cases/shop.json: no valid JSON"],
  },
  {
    why: "one id for two cases",
    words: run,
    files: { "evals/good/cases/other.yaml": GOOD[CASE] },
    code: "case.duplicate_id",
    says: ["greet is used by", `FOLDER/${CASE}`, "FOLDER/evals/good/cases/other.yaml"],
  },
  {
    why: "an agent that is not there",
    words: [...run, "--agent", "nobody"],
    code: "agent.not_found",
    says: ['"nobody"', "no file at agents/nobody.ts"],
  },
  {
    why: "an agent file that throws",
    words: run,
    files: { "agents/good.ts": 'const url = 1;\nthrow new Error("no key");\n' },
    code: "agent.bad_definition",
    says: ["FOLDER/agents/good.ts cannot be loaded: no key", "agents/good.ts:2"],
  },
  {
    why: "an agent file without an agent",
    words: run,
    files: { "agents/good.ts": "export default 3;\n" },
    code: "agent.bad_definition",
    says: ["FOLDER/agents/good.ts does not export defineAgent(...) as default"],
  },
  {
    why: "a suite file that throws",
    words: run,
    files: { [SUITE]: 'const url = 1;\nthrow new Error("no database");\n' },
    code: "suite.bad_file",
    says: [`FOLDER/${SUITE}:2 cannot be loaded: no database`],
  },
  {
    why: "a suite file that is no TypeScript",
    words: run,
    files: { [SUITE]: "const url = 1;\nconst two = ;\n" },
    code: "suite.bad_file",
    says: [`FOLDER/${SUITE}:2 cannot be loaded: Expression expected`],
  },
  {
    why: "a suite file without a suite",
    words: run,
    files: { [SUITE]: "export const url = 1;\n" },
    code: "suite.bad_file",
    says: [`FOLDER/${SUITE} defines no suite: call suite(name, {...})`],
  },
  {
    why: "an unknown case",
    words: ["case", "show", "nope"],
    code: "case.not_found",
    says: ['no case of 1 is called "nope"'],
  },
];

export const usage: Row[] = [
  {
    why: "an unknown flag",
    words: [...run, "--trails", "3"],
    code: "cli.usage",
    says: ["unknown option --trails; did you mean --trials?"],
    fix: "",
  },
  {
    why: "a number out of range",
    words: [...run, "--trials", "0"],
    code: "cli.usage",
    says: ["--trials: ", "from 1 to 1000"],
  },
  {
    why: "a word that is no choice",
    words: [...run, "--fail-on", "regresed"],
    code: "cli.usage",
    says: ["--fail-on", 'got "regresed", did you mean "regressed"?'],
    fix: "",
  },
  {
    why: "a proportion instead of percent",
    words: [...run, "--fail-under", "0.95"],
    code: "cli.usage",
    says: ["--fail-under", "(95, not 0.95)"],
    fix: "",
  },
  {
    why: "an unknown command",
    words: ["evla", "run"],
    code: "cli.usage",
    says: ["unknown command evla run; did you mean aegis eval run?"],
    fix: "",
  },
  {
    why: "an argument too few",
    words: ["eval", "import", "--format", "tau1"],
    code: "cli.usage",
    says: ["missing argument FILE"],
    fix: "See aegis eval import --help.",
  },
  {
    why: "an argument too many",
    words: ["eval", "show", "a", "b"],
    code: "cli.usage",
    says: ["unexpected argument b"],
    fix: "See aegis eval show --help.",
  },
  {
    why: "a config with a key nobody knows",
    words: run,
    files: { "aegis.config.ts": "export default { colour: 1 };\n" },
    code: "config.bad_file",
    says: ["FOLDER/aegis.config.ts", '"colour"'],
  },
  {
    why: "a config of the wrong type",
    words: run,
    files: { "aegis.config.ts": "export default { agents: { good: 3 } };\n" },
    code: "config.bad_file",
    says: ["FOLDER/aegis.config.ts: agents.good: ", "expected text, got 3"],
  },
  {
    why: "a config that throws",
    words: ["eval", "list"],
    files: { "aegis.config.ts": '\n\nthrow new Error("no key");\n' },
    code: "config.bad_file",
    says: ["FOLDER/aegis.config.ts:3 cannot be loaded: no key"],
  },
  {
    why: "a script that is not there",
    words: ["model", "serve", "--script", "none.yaml"],
    code: "io.failed",
    says: ["FOLDER/none.yaml"],
  },
];

export const records: Row[] = [
  { why: "nothing to resume", words: [...run, "--resume"], code: "eval.nothing_to_resume", says: ["suite good"] },
  {
    why: "an unknown run to resume",
    words: [...run, "--resume", "--run", "nope"],
    code: "eval.nothing_to_resume",
    says: ["good"],
  },
  {
    why: "an unknown run to compare",
    words: ["eval", "compare", "kept", "nope"],
    code: "eval.unknown_run",
    says: ['"nope"', "the newest are kept"],
  },
  { why: "an unknown run to show", words: ["eval", "show", "nope"], code: "eval.unknown_run", says: ['"nope"'] },
  {
    why: "an unknown run as baseline",
    words: ["eval", "baseline", "set", "nope"],
    code: "eval.unknown_run",
    says: ['"nope"'],
  },
  {
    why: "no baseline to show",
    words: ["eval", "baseline", "show"],
    code: "eval.no_baseline",
    says: ["suite good", '"main"'],
  },
  {
    why: "no baseline to gate against",
    words: [...run, "--fail-on", "regressed"],
    code: "eval.no_baseline",
    says: ["suite good", '"main"'],
  },
  {
    why: "no such run to compare with",
    words: [...run, "--compare", "nope"],
    code: "eval.no_baseline",
    says: ['"nope"'],
  },
  { why: "a name that is taken", words: [...run, "--run", "kept"], code: "eval.duplicate_run", says: ['"kept"'] },
  {
    why: "a recording that is not there",
    words: [...importing, "tau1"],
    code: "io.not_found",
    says: ["FOLDER/theirs.json"],
  },
  {
    why: "a recording of another format",
    words: [...importing, "tau1"],
    files: { "theirs.json": TAU2 },
    code: "import.bad_format",
    says: ["FOLDER/theirs.json", "it looks like tau2: use --format tau2"],
  },
  {
    why: "a recording that was cut off",
    words: [...importing, "tau2"],
    files: { "theirs.json": '{\n"info": {},\n"tasks": [{"id": "4' },
    code: "import.bad_format",
    says: ["FOLDER/theirs.json: is not JSON at line 3", "cut off"],
  },
  {
    why: "rows that are bad",
    words: ["eval", "import", "theirs.jsonl", "--format", "jsonl"],
    files: { "theirs.jsonl": '{"case":"a","passed":true}\n{"passed":true}\n' },
    code: "import.bad_format",
    says: ["FOLDER/theirs.jsonl: 1 of 2 lines are bad: line 2", "give `case`, `task_id` or `id`"],
  },
  {
    why: "a composite reward",
    words: [...importing, "tau1"],
    files: { "theirs.json": COMPOSITE },
    code: "import.no_success_path",
    says: ["FOLDER/theirs.json", "info.reward_info.components.base_success"],
  },
];
