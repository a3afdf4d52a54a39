import type { Command } from "./command.ts";
import { flagShapes } from "./parse-flags.ts";

/** `aegis eval run --help`. */
export function renderCommandHelp(command: Command): string {
  const shapes = flagShapes(command.flags);
  const args = (command.arguments ?? []).map(({ name, isOptional, isList }) => {
    const text = `${name.toUpperCase()}${isList ? "..." : ""}`;
    return isOptional ? `[${text}]` : text;
  });
  const rows = shapes.map(({ flag, kind, description, defaultText }) => [
    kind === "boolean" ? flag : `${flag} ${kind === "list" ? "VALUE,..." : "VALUE"}`,
    description + (defaultText === undefined ? "" : ` (default ${defaultText})`),
  ]);
  const sections = [
    `aegis ${command.name}: ${command.summary}`,
    command.about,
    `Usage: aegis ${[command.name, ...args].join(" ")}${shapes.length > 0 ? " [options]" : ""}`,
    section(
      "Arguments",
      (command.arguments ?? []).map(({ name, summary }) => [name.toUpperCase(), summary]),
    ),
    section("Options", [...rows, ["--help", "show this text"]]),
    section(
      "Examples",
      command.examples.map(({ line, does }) => [line, does]),
    ),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

/** `aegis --help`. */
export function renderMainHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  return [
    "aegis: run AI agents in production and test them under production's conditions",
    "",
    "Usage: aegis COMMAND [options]",
    "",
    section(
      "Commands",
      commands.map(({ name, summary }) => [name, summary]),
    ),
    "",
    "  aegis COMMAND --help   options and examples of one command; aegis help COMMAND too",
    "  aegis --version        the version",
    "",
    "Exit codes: 0 pass, 1 gate failed, 2 could not measure, 64 and above usage and configuration.",
    "",
  ].join("\n");
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  const lines = rows.map(([left = "", right = ""]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
  return `${title}:\n${lines.join("\n")}`;
}
