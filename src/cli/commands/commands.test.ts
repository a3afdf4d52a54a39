import { describe, expect, test } from "vitest";
import type { Command } from "../command.ts";
import { flagShapes, parseFlags } from "../parse-flags.ts";
import { COMMANDS, type CommandName } from "./index.ts";

const names = Object.keys(COMMANDS) as CommandName[];

describe.each(names)("aegis %s", (name) => {
  test("is the command it is listed as", async () => {
    const command: Command = await COMMANDS[name].load();
    expect(command).toMatchObject({ name, summary: COMMANDS[name].summary });
  });

  test("says what every flag means", async () => {
    const command: Command = await COMMANDS[name].load();
    expect(flagShapes(command.flags).filter(({ description }) => description === "")).toEqual([]);
  });

  test("prints JSON when asked", async () => {
    const command: Command = await COMMANDS[name].load();
    expect(flagShapes(command.flags)).toContainEqual(expect.objectContaining({ flag: "--json", kind: "boolean" }));
  });

  test("takes its own examples", async () => {
    const command: Command = await COMMANDS[name].load();
    const start = `aegis ${name}`;
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { line } of command.examples) {
      expect(`${line} `).toContain(`${start} `);
      const words = line.slice(start.length).split(" ").filter(Boolean);
      expect(() => parseFlags(command, words)).not.toThrow();
    }
  });
});
