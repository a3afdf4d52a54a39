import { z } from "zod";
import { type ExaminedLevel, examineLevel } from "../../app/index.ts";
import { ISOLATION_LEVELS } from "../../domain/index.ts";
import { escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";

/** sysexits: something on the machine must change first. */
const SOMETHING_MISSING = 78;

export const sandboxDoctor = defineCommand({
  name: "sandbox doctor",
  summary: "Say which isolation levels work on this machine, why not, and the command that fixes it.",
  about: "Starts a program at each level. Changes nothing. Exit code 0 when all levels work, else 78.",
  flags: z.strictObject({ json: z.boolean().default(false).describe("print JSON lines instead of text") }),
  examples: [{ line: "aegis sandbox doctor", does: "none, process, namespace and vm, tried out" }],
  async run({ flags, terminal }) {
    const levels: ExaminedLevel[] = [];
    for (const level of ISOLATION_LEVELS) levels.push(await examineLevel(level));
    for (const each of levels) terminal.out(flags.json ? jsonLine(each) : render(each, terminal.hasColor));
    return levels.every(({ isAvailable }) => isAvailable) ? 0 : SOMETHING_MISSING;
  },
});

export function render({ level, promise, isAvailable, found, fix, startMs }: ExaminedLevel, hasColor: boolean): string {
  const word = isAvailable ? "works" : "no   ";
  const mark = hasColor ? `\u001b[${isAvailable ? 32 : 33}m${word}\u001b[39m` : word;
  const time = startMs === undefined ? "" : `, ${startMs.toFixed(0)} ms`;
  const lines = [`${mark}  ${level.padEnd(9)}  ${promise}: ${escapeTerminal(found)}${time}`];
  if (fix !== undefined) lines.push(`${" ".repeat(18)}fix: ${escapeTerminal(fix)}`);
  return `${lines.join("\n")}\n`;
}
