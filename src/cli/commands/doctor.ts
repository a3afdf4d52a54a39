import { z } from "zod";
import { type Examined, examine } from "../../app/doctor/index.ts";
import { countNoun, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";

/** sysexits: something in the configuration or on the machine must change first. */
const SOMETHING_FAILS = 78;

const COLORS = { ok: 32, note: 90, warn: 33, fail: 31 } as const;

export const doctor = defineCommand({
  name: "doctor",
  summary: "Check what works on this machine, and how to fix what does not.",
  about: "Changes nothing. Exit code 0 when nothing fails, else 78. Of keys, only the names are shown.",
  flags: z.strictObject({ json: z.boolean().default(false).describe("print JSON lines instead of text") }),
  examples: [{ line: "aegis doctor", does: "look at the machine, the store and the project" }],
  async run({ flags, app, terminal }) {
    const rows = await examine(app);
    if (flags.json) for (const row of rows) terminal.out(jsonLine(row));
    else terminal.out(render(rows, terminal.hasColor));
    return rows.some(({ status }) => status === "fail") ? SOMETHING_FAILS : 0;
  },
});

function render(rows: readonly Examined[], hasColor: boolean): string {
  const width = Math.max(...rows.map(({ name }) => escapeTerminal(name).length));
  const lines = rows.flatMap(({ name, status, found, fix }) => {
    const word = status.padEnd(4);
    const mark = hasColor ? `\u001b[${COLORS[status]}m${word}\u001b[39m` : word;
    const indent = " ".repeat(width + 6);
    return [
      `${mark}  ${escapeTerminal(name).padEnd(width)}  ${escapeTerminal(found)}`,
      ...(fix === undefined ? [] : [`${indent}  fix: ${escapeTerminal(fix)}`]),
    ];
  });
  const count = (status: Examined["status"]) => rows.filter((row) => row.status === status).length;
  const failures = count("fail");
  const warnings = count("warn");
  const told = warnings === 0 ? "" : `, ${countNoun(warnings, "warning")}`;
  const end = failures === 0 ? `Nothing fails${told}.` : `${failures} to fix${told}.`;
  return `${lines.join("\n")}\n\n${end}\n`;
}
