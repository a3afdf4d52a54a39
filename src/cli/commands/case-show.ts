import { relative } from "node:path";
import { z } from "zod";
import { findCase, type FoundCase } from "../../app/index.ts";
import { compileCheck } from "../../check/index.ts";
import type { CheckSpec, InputTurn, ToolReplay } from "../../domain/index.ts";
import { countNoun, escapeTerminal, type Json, jsonLine, toJson } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";

export const caseShow = defineCommand({
  name: "case show",
  summary: "Show one case as it will be run.",
  about: "Defaults are filled in, fixtures are read, and each check says in a sentence what it demands.",
  arguments: [{ name: "id", summary: "id of the case" }],
  flags: z.strictObject({
    suite: z.string().optional().describe("name or path of its suite, when several have such a case"),
    json: z.boolean().default(false).describe("print JSON"),
  }),
  examples: [
    { line: "aegis case show refund-partial-billing", does: "what the agent is put through, and what must hold" },
  ],
  async run({ flags, args: [id = ""], app, terminal }) {
    const { root } = await app.config();
    const shown = describeCase(await findCase(await app.config(), { id, suite: flags.suite }), root);
    terminal.out(flags.json ? jsonLine(shown) : render(shown));
    return 0;
  },
});

function describeCase({ suite, evalCase }: FoundCase, root: string) {
  const { trials, timeoutMs, file, checks, ...rest } = evalCase;
  const { target } = suite;
  return {
    suite: suite.name,
    file: relative(root, file ?? suite.file),
    agent:
      target.kind === "file"
        ? { name: target.name, file: relative(root, target.file) }
        : { name: target.kind === "task" ? suite.name : "recorded", file: relative(root, suite.file) },
    ...rest,
    trials: trials ?? suite.trials,
    timeoutMs: timeoutMs ?? suite.timeoutMs,
    isolation: suite.isolation,
    checks: [
      ...suite.checks.map((spec) => ({ from: "suite", ...explainCheck(spec, suite.file) })),
      ...checks.map((spec) => ({ from: "case", ...explainCheck(spec, file ?? suite.file) })),
      ...suite.scorers.map((scorer, index) => ({
        from: "suite",
        name: scorer.name || `scorer ${index + 1}`,
        demands: `A scorer gives at least ${suite.scoreMin}.`,
        spec: null,
      })),
    ],
  };
}

type ShownCase = ReturnType<typeof describeCase>;

function explainCheck(spec: CheckSpec, file: string): { name: string; demands: string; spec: Json } {
  if ("judge" in spec) return { name: "judge", demands: explainJudge(toJson(spec["judge"])), spec: toJson(spec) };
  const check = compileCheck(spec, file);
  return { name: check.name, demands: check.explain(), spec: toJson(spec) };
}

function explainJudge(options: Json): string {
  const { rubric, min, passes } = options as { rubric?: string; min?: number; passes?: number };
  const first = String(rubric).split("\n")[0] ?? "";
  return `A judge gives at least ${min ?? 0.7} over ${countNoun(passes ?? 3, "pass", "passes")} by ${first.slice(0, 100)}.`;
}

const LONG_TEXT = 400;

function render(shown: ShownCase): string {
  const { world, user, metadata, expected, why } = shown;
  const rows: [string, string][] = [
    ["suite", `${shown.suite}  (${shown.file})`],
    ["agent", `${shown.agent.name}  (${shown.agent.file})`],
    ["kind", `${shown.kind}, passes when at least ${Math.round(shown.passRate * 100)} % of its trials do`],
    ["trials", `${shown.trials} at isolation ${shown.isolation}, each at most ${shown.timeoutMs / 1000} s`],
    ...row("why", why),
    ...row("tags", shown.tags.join(", ")),
    ...row("from", shown.from && JSON.stringify(shown.from)),
    ...row("user", user && `${user.id}${user.grants.length > 0 ? `, may ${user.grants.join(", ")}` : ""}`),
    ...row("clock", world.clock && `starts at ${world.clock}`),
    ...Object.entries(world.state).map(([name, value]): [string, string] => [
      `state ${name}`,
      cut(JSON.stringify(value)),
    ]),
    ...row("env", Object.keys(world.env).join(", ")),
    ...row("replay", world.modelReplay && `${world.modelReplay.length} recorded attempts stand in for the model`),
    ...row(
      "turns",
      world.userReplay && `${world.userReplay.length} recorded attempts stand in for the conversation below`,
    ),
    ...row("recorded", world.replay && explainReplay(world.replay)),
    ...row("approvals", world.approvals.map(({ tool, decision, by }) => `${tool}: ${decision} by ${by}`).join("; ")),
    ...row("expected", expected === undefined ? undefined : cut(JSON.stringify(expected))),
    ...row("metadata", Object.keys(metadata).length > 0 && cut(JSON.stringify(metadata))),
  ];
  const width = Math.max(...rows.map(([name]) => escapeTerminal(name).length));
  const lines = [
    escapeTerminal(shown.id),
    ...rows.map(([name, value]) => `  ${escapeTerminal(name).padEnd(width)}  ${escapeTerminal(value)}`),
    "",
    "Conversation",
    ...shown.input.map((turn) => `  ${escapeTerminal(turnText(turn))}`),
    "",
    "What must hold",
    "  The agent answers every turn.",
    ...shown.checks.map(({ demands, from }) => `  ${escapeTerminal(demands)}${from === "suite" ? "  (suite)" : ""}`),
  ];
  return `${lines.join("\n")}\n`;
}

function explainReplay({ takes, tools, onMiss }: ToolReplay): string {
  const runs = takes.map(({ name, turns }) => {
    const calls = turns.flatMap(({ steps }) => steps.filter((step) => "tool" in step));
    return `${name} (${countNoun(calls.length, "call")})`;
  });
  const miss = onMiss === "fail" ? "voids the trial" : "reaches the real tool";
  return `answers of ${countNoun(tools.length, "tool")} from ${runs.join(", ")}; a call that is not recorded ${miss}`;
}

function row(name: string, value: string | false | null | undefined): [string, string][] {
  return value ? [[name, value]] : [];
}

function turnText(turn: InputTurn): string {
  if ("user" in turn) return `user: ${turn.user}`;
  return "system" in turn ? `system: ${turn.system}` : `data: ${cut(JSON.stringify(turn.data))}`;
}

function cut(text: string): string {
  return text.length <= LONG_TEXT
    ? text
    : `${text.slice(0, LONG_TEXT)}... (${text.length} characters, all of them with --json)`;
}
