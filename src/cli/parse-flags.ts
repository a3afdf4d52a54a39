import { parseArgs } from "node:util";
import type { z } from "zod";
import { AegisError, explainIssues, nearestName } from "../kernel/index.ts";
import type { Command } from "./command.ts";

export interface FlagShape {
  /** As typed: `--fail-under`. */
  readonly flag: string;
  readonly key: string;
  readonly kind: "boolean" | "value" | "list";
  readonly description: string;
  readonly defaultText: string | undefined;
}

/** The flags of a command, read off its schema. */
export function flagShapes(flags: z.ZodObject): FlagShape[] {
  return Object.entries(flags.shape).map(([key, schema]) => {
    const { inner, defaultValue } = unwrap(schema as z.ZodType);
    return {
      key,
      flag: `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      kind: inner.def.type === "boolean" ? "boolean" : inner.def.type === "array" ? "list" : "value",
      description: (schema as z.ZodType).description ?? inner.description ?? "",
      defaultText: defaultTextOf(defaultValue),
    };
  });
}

/** Parses what follows the command's name. @throws {AegisError} "cli.usage", naming the flag and the nearest known one */
export function parseFlags<Flags extends z.ZodObject>(
  command: Command<Flags>,
  words: readonly string[],
): { flags: z.output<Flags>; args: string[]; wantsHelp: boolean } {
  const shapes = flagShapes(command.flags);
  const options: Record<string, { type: "boolean" | "string"; multiple: boolean; short?: string }> = {
    help: { type: "boolean", multiple: false, short: "h" },
  };
  for (const { flag, kind } of shapes) {
    options[flag.slice(2)] = { type: kind === "boolean" ? "boolean" : "string", multiple: kind === "list" };
  }
  const { values, positionals } = parse(words, options, command.name);
  if (values["help"]) return { flags: {} as z.output<Flags>, args: [], wantsHelp: true };
  const given = Object.fromEntries(
    shapes.flatMap(({ flag, key, kind }) => {
      const value = values[flag.slice(2)];
      if (value === undefined) return [];
      return [[key, kind === "list" ? [value].flat().flatMap((each) => String(each).split(",")) : value]];
    }),
  );
  const result = command.flags.safeParse(given);
  if (!result.success) {
    const found = explainIssues({ schema: command.flags, value: given, issues: result.error.issues });
    const shape = shapes.find(({ key }) => key === found.path[0]);
    if (found.isMissing)
      throw usage(command.name, `${shape?.flag ?? "flags"} ${found.message}: ${shape?.description ?? ""}`);
    throw toldUsage(command.name, `${shape?.flag ?? "flags"}: ${found.message}`);
  }
  return { flags: result.data, args: checkArguments(command, positionals), wantsHelp: false };
}

function parse(
  words: readonly string[],
  options: Parameters<typeof parseArgs>[0] extends infer Config
    ? Config extends { options?: infer Options }
      ? NonNullable<Options>
      : never
    : never,
  name: string,
) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, allowNegative: true, strict: true });
  } catch (cause) {
    const [message = ""] = (cause as Error).message.split("\n");
    const [, unknown = ""] = /Unknown option '(--?[^']+)'/.exec(message) ?? [];
    const [, ambiguous] = /Option '(--[^' ]+)[^']*' argument is ambiguous/.exec(message) ?? [];
    if (ambiguous) throw toldUsage(name, `a value that begins with - goes after an =: ${ambiguous}=-VALUE`, cause);
    const near = unknown && nearestName(unknown, namesOf(options));
    if (near) throw toldUsage(name, `unknown option ${unknown}; did you mean --${near}?`, cause);
    throw usage(name, unknown ? `unknown option ${unknown}` : message, cause);
  }
}

/** A switch is also known by what turns it off. */
function namesOf(options: Readonly<Record<string, { readonly type: string }>>): string[] {
  return Object.entries(options).flatMap(([name, { type }]) => (type === "boolean" ? [name, `no-${name}`] : [name]));
}

function checkArguments(command: Command, given: readonly string[]): string[] {
  const expected = command.arguments ?? [];
  const missing = expected.slice(given.length).find((argument) => !argument.isOptional);
  if (missing) throw usage(command.name, `missing argument ${missing.name.toUpperCase()}: ${missing.summary}`);
  const isList = expected.at(-1)?.isList ?? false;
  if (!isList && given.length > expected.length) {
    throw usage(command.name, `unexpected argument ${given[expected.length]}`);
  }
  return [...given];
}

function usage(name: string, problem: string, cause?: unknown): AegisError {
  return new AegisError("cli.usage", `aegis ${name}: ${problem}`, { cause, fix: `See aegis ${name} --help.` });
}

/** A problem that names what would have been right: nothing is left to look up. */
function toldUsage(name: string, problem: string, cause?: unknown): AegisError {
  return new AegisError("cli.usage", `aegis ${name}: ${problem}`, { cause, fix: "" });
}

function unwrap(schema: z.ZodType): { inner: z.ZodType; defaultValue: unknown } {
  let inner = schema;
  let defaultValue: unknown;
  for (;;) {
    const def = inner.def as { type: string; innerType?: z.ZodType; defaultValue?: unknown };
    if (def.type === "default") defaultValue = def.defaultValue;
    if ((def.type === "default" || def.type === "optional") && def.innerType) inner = def.innerType;
    else return { inner, defaultValue };
  }
}

/** An empty list and an unset switch go without saying. */
function defaultTextOf(value: unknown): string | undefined {
  const text = value === undefined || value === false ? "" : String(value);
  return text === "" ? undefined : text;
}
