import { expect, test } from "vitest";
import { z } from "zod";
import { defineCommand } from "./command.ts";
import { renderCommandHelp, renderMainHelp } from "./render-help.ts";

test("a command's help tells arguments, options with their defaults, and examples", () => {
  const command = defineCommand({
    name: "eval show",
    summary: "Show one run.",
    about: "More than that.",
    arguments: [
      { name: "run", summary: "id or name" },
      { name: "case", summary: "case ids", isOptional: true, isList: true },
    ],
    flags: z.strictObject({
      limit: z.coerce.number().default(20).describe("rows to show"),
      tag: z.array(z.string()).default([]).describe("only these"),
      json: z.boolean().default(false).describe("print JSON"),
    }),
    examples: [{ line: "aegis eval show latest", does: "the newest one" }],
    run: async () => 0,
  });
  expect(renderCommandHelp(command)).toMatchInlineSnapshot(`
    "aegis eval show: Show one run.

    More than that.

    Usage: aegis eval show RUN [CASE...] [options]

    Arguments:
      RUN   id or name
      CASE  case ids

    Options:
      --limit VALUE    rows to show (default 20)
      --tag VALUE,...  only these
      --json           print JSON
      --help           show this text

    Examples:
      aegis eval show latest  the newest one
    "
  `);
});

test("a command with nothing to give is short", () => {
  const command = defineCommand({
    name: "doctor",
    summary: "Check.",
    flags: z.strictObject({}),
    examples: [],
    run: async () => 0,
  });
  expect(renderCommandHelp(command)).toMatchInlineSnapshot(`
    "aegis doctor: Check.

    Usage: aegis doctor

    Options:
      --help  show this text
    "
  `);
});

test("the main help lists commands and exit codes", () => {
  const commands = [
    { name: "eval run", summary: "Run a suite." },
    { name: "doctor", summary: "Check." },
  ];
  expect(renderMainHelp(commands)).toMatchInlineSnapshot(`
    "aegis: run AI agents in production and test them under production's conditions

    Usage: aegis COMMAND [options]

    Commands:
      eval run  Run a suite.
      doctor    Check.

      aegis COMMAND --help   options and examples of one command; aegis help COMMAND too
      aegis --version        the version

    Exit codes: 0 pass, 1 gate failed, 2 could not measure, 64 and above usage and configuration.
    "
  `);
});
