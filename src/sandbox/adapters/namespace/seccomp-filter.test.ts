import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { seccompFilter } from "./seccomp-filter.ts";
import { SYSCALLS } from "./syscall-numbers.ts";

describe("the filter of system calls", () => {
  test.each(["x64", "arm64"] as const)("of %s is whole instructions whose jumps stay inside", (machine) => {
    const filter = seccompFilter(machine);
    const count = filter.length / 8;
    expect(Number.isInteger(count)).toBe(true);
    for (let at = 0; at < count; at += 1) {
      const isJump = (filter.readUInt16LE(at * 8) & 7) === 5;
      if (isJump) expect(at + 1 + Math.max(filter[at * 8 + 2]!, filter[at * 8 + 3]!)).toBeLessThan(count);
    }
    // The last instruction allows: what is not named is not refused.
    expect(filter.readUInt32LE((count - 1) * 8 + 4)).toBe(0x7fff0000);
  });

  test("the numbers of x64 are those of the system's own table, where it has one", () => {
    const header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
    const known = existsSync(header) ? readFileSync(header, "utf8") : "";
    const numbers = new Map([...known.matchAll(/__NR_(\w+) (\d+)/g)].map(([, name, number]) => [name, Number(number)]));
    for (const [name, [x64]] of Object.entries(SYSCALLS))
      if (numbers.has(name)) expect([name, numbers.get(name)]).toEqual([name, x64]);
    expect(Object.keys(SYSCALLS).length).toBeGreaterThan(40);
  });
});
