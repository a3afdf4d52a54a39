import type { Command } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { flagShapes } from "../../src/cli/parse-flags.ts";
import { code, inline, page, table } from "./markdown.ts";

const EXIT_CODES = [
  ["0", "pass"],
  ["1", "the gate failed: the agent was wrong too often"],
  ["2", "could not measure: no cases, too many void trials, a provider that did not answer"],
  ["64", "the command line was not understood"],
  ["65", "a file holds something else than it should"],
  ["66", "something named is not there"],
  ["69", "this Node is too old"],
  ["70", "a mistake of ours: please report it"],
  ["73", "a file is in the way"],
  ["74", "reading or writing failed"],
  ["75", "busy: try again"],
  ["78", "the configuration or the machine must change first"],
  ["130", "left with Ctrl-C"],
];

export async function cliPage(): Promise<string> {
  const entries = Object.entries(COMMANDS);
  const commands = await Promise.all(entries.map(async ([, { load }]) => (await load()) as Command));
  return page([
    "# Commands",
    "`aegis COMMAND --help` shows the same. A flag `--name` of yes or no is taken back with `--no-name`; a list is given as `--tag a,b` or `--tag a --tag b`.",
    table(
      ["Command", ""],
      entries.map(([name, { summary }]) => [`[aegis ${name}](#aegis-${name.replaceAll(" ", "-")})`, summary]),
    ),
    "## Exit codes",
    table(["Code", "Meaning"], EXIT_CODES),
    ...commands.flatMap(describe),
  ]);
}

function describe(command: Command): string[] {
  const given = command.arguments ?? [];
  const words = given.map(({ name, isOptional, isList }) => {
    const text = `${name.toUpperCase()}${isList ? "..." : ""}`;
    return isOptional ? `[${text}]` : text;
  });
  const flags = flagShapes(command.flags).map(({ flag, kind, description, defaultText }) => {
    const value = { boolean: "", value: " VALUE", list: " VALUE,..." }[kind];
    return [inline(`${flag}${value}`), description, inline(defaultText ?? "")];
  });
  return [
    `## aegis ${command.name}`,
    command.summary,
    command.about === undefined ? "" : code(command.about, "text"),
    code(["aegis", command.name, ...words, ...(flags.length > 0 ? ["[options]"] : [])].join(" "), "sh"),
    given.length === 0
      ? ""
      : table(
          ["Argument", ""],
          given.map(({ name, summary }) => [inline(name.toUpperCase()), summary]),
        ),
    flags.length === 0 ? "" : table(["Option", "", "Default"], flags),
    "Examples:",
    code(command.examples.map(({ line, does }) => `${line}   # ${does}`).join("\n"), "sh"),
  ];
}
