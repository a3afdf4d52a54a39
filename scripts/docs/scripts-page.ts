import { readFileSync } from "node:fs";
import { EXAMPLE_SCRIPT } from "../../src/cli/commands/model-serve.ts";
import { code, page, table } from "./markdown.ts";

const TEMPLATES = [
  ["`{{user}}`", "the latest user message"],
  [
    "`{{user.1}}`, `{{user.name}}`",
    "a group of the pattern `user`, by number or name; of `anyUser` where `user` is not asked",
  ],
  ["`{{anyUser}}`, `{{anyUser.1}}`", "what the pattern `anyUser` found, or a group of it"],
  ["`{{lastResult}}`, `{{lastResult.items.0.id}}`", "the newest tool result since the user spoke, or a place in it"],
  ["`{{result.get_order.status}}`", "a place in the latest result of a tool"],
  ["`{{lastResult.note|none}}`", "what stands after `|` where nothing is found; without it, `null`"],
];

/** The rules' types are the grammar, so the page shows them themselves. */
export function scriptsPage(): string {
  const source = readFileSync(new URL("../../src/model/script.ts", import.meta.url), "utf8");
  const types = source.replaceAll(/^import .*\n/gm, "").trim();
  return page([
    "# Scripted models",
    "A model that follows written rules: offline, free, the same every time. In YAML or JSON for `aegis model serve --script FILE` and a suite's `model: { script: FILE }`; in TypeScript as `scripted({...})` of `aegis/model`, which any AI SDK agent takes for its model.",
    code(EXAMPLE_SCRIPT, "yaml"),
    code(
      'import { scripted } from "aegis/model";\n\nexport const model = scripted({\n  id: "support",\n  rules: [\n    { when: { lastTool: "get_order" }, then: { say: "It is {{lastResult.status}}." } },\n    { when: { user: "order (W\\\\d+)" }, then: { call: { tool: "get_order", arguments: { id: "{{user.1}}" } } } },\n  ],\n  fallback: { say: "Which order?" },\n});',
      "ts",
    ),
    "The first rule that fits answers, each time the model is asked. The user's words still fit after a tool has answered: put rules on `lastTool` before those on `user`, or say `notCalledInTurn`, lest the script call the tool for ever.",
    "## Templates",
    "In the texts and arguments of `then` and `fallback`. A text that is nothing but one template keeps the type of what it stands for.",
    table(["Template", "Stands for"], TEMPLATES),
    "## Rules, conditions and steps",
    code(types, "ts"),
  ]);
}
