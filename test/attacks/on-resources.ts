import { groupHome } from "../../src/sandbox/adapters/namespace/resource-group.ts";
import { oddSeconds, processesWith } from "../../src/testing/sandbox-programs.ts";
import { type Attack, node, says, sh } from "./attack.ts";

const MEGABYTE = 1024 * 1024;
const UNLIMITED = { notTried: "this level has no such limit, and the machine is others' too" } as const;
const NO_GROUPS = { notTried: "the sum of a tree is not limited here; `facts` says `prlimit`" } as const;
const bombSeconds = oddSeconds();
let bombPeak = 0;
const orphanSeconds = oddSeconds();

/** Attacks on what all programs of a machine share. */
export const ON_RESOURCES: readonly Attack[] = [
  {
    number: 1,
    name: "fork bomb",
    command: () =>
      node(`const { spawn } = require("child_process");
        for (let i = 0; i < 200; i += 1) try { spawn("sleep", ["${bombSeconds}"], { stdio: "ignore" }).on("error", () => {}); } catch {}
        require("fs").writeSync(3, "up\\n"); setTimeout(() => process.exit(), 300);`),
    options: () => ({ limits: { processCountMax: 48 } }),
    onLine: () => {
      bombPeak = processesWith(`sleep ${bombSeconds}`).length;
    },
    isThrough: () => bombPeak > 48,
    expected: { process: UNLIMITED, namespace: "held", vm: "held" },
  },
  {
    number: 2,
    name: "filling the disk through every writable place",
    command: () =>
      sh(`for place in . /tmp /dev/shm /run /var/tmp /dev /; do
        i=0; while [ $i -lt 20 ]; do head -c 8M /dev/zero >"$place/fill$i" 2>/dev/null || break; i=$((i + 1)); done
      done; cat ./fill* /tmp/fill* /dev/shm/fill* 2>/dev/null | wc -c`),
    options: () => ({ limits: { workspaceBytes: 32 * MEGABYTE } }),
    isThrough: ({ end }) => Number(end.stdout.text) > 32 * MEGABYTE,
    expected: { process: UNLIMITED, namespace: "held", vm: "held" },
  },
  {
    number: 3,
    name: "using up all inodes",
    command: () =>
      node(`let made = 0; try { for (; made < 150000; made += 1) fs.closeSync(fs.openSync("i" + made, "w")); } catch {}
        console.log(made === 150000 ? "no end" : "ended");`),
    isThrough: says("no end"),
    expected: { process: UNLIMITED, namespace: "held", vm: "held" },
  },
  {
    number: 4,
    name: "memory by a tree of processes, each below the limit",
    command: () =>
      node(`const { spawn } = require("child_process");
        const source = 'const b = Buffer.alloc(100e6, 1); require("fs").writeSync(3, "full\\\\n"); setTimeout(() => b, 15000)';
        const options = { stdio: ["ignore", "ignore", "ignore", 3] };
        // Each holds what it has until all have theirs, or one of them is stopped.
        for (let i = 0; i < 5; i += 1) spawn(process.execPath, ["-e", source], options).on("exit", () => process.exit());`),
    options: () => ({ limits: { memoryBytes: 256 * MEGABYTE } }),
    isThrough: ({ lines }) => lines.filter((line) => line === "full").length === 5,
    expected: { process: UNLIMITED, namespace: groupHome().limitedBy === "prlimit" ? NO_GROUPS : "held", vm: "held" },
  },
  {
    number: 5,
    name: "spinning for ever, with every signal ignored",
    command: () => node('for (const s of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(s, () => {}); for (;;);'),
    timeoutMs: 500,
    isThrough: ({ end }) => end.reason !== "timeout" || end.durationMs > 5_000,
    expected: { process: "held", namespace: "held", vm: "held" },
  },
  {
    number: 6,
    name: "using up all open files",
    command: () =>
      node(
        'let n = 0; try { for (; n < 3000; n += 1) fs.openSync("/dev/null"); } catch {} console.log(n === 3000 ? "no end" : "ended")',
      ),
    options: () => ({ limits: { openFilesMax: 256 } }),
    isThrough: says("no end"),
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 35,
    name: "gigabytes on standard output",
    command: () => sh("head -c 1000000000 /dev/zero"),
    isThrough: ({ end }) => end.stdout.text.length > 100_000 || process.memoryUsage().rss > 2e9,
    expected: { process: "held", namespace: "held", vm: "held" },
  },
  {
    number: 36,
    name: "control lines that are no lines, and one without an end",
    command: () => sh("head -c 100000 /dev/urandom >&3; cat /dev/zero >&3"),
    isThrough: ({ end }) => end.reason !== "control-overflow",
    expected: { process: "held", namespace: "held", vm: "held" },
  },
  {
    number: 37,
    name: "an orphan in a session of its own, without marks, after the trial",
    command: () => sh(`env -i setsid sh -c 'env -i setsid sleep ${orphanSeconds} >/dev/null 2>&1 3>&- &' ; echo left`),
    isThrough: () => {
      const left = processesWith(`sleep ${orphanSeconds}`);
      for (const line of left) process.kill(Number.parseInt(line, 10), "SIGKILL");
      return left.length > 0;
    },
    expected: { process: "through", namespace: "held", vm: "held" },
  },
];
