import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { AegisError } from "../../../kernel/index.ts";

/** QEMU's own control protocol: one command, one answer. */
export interface MachineMonitor {
  execute(command: string, words?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

interface Waiting {
  done(value: unknown): void;
  fail(error: Error): void;
}

/** The memory is a file that both machines have: only the rest travels. */
export const IGNORE_SHARED = { capabilities: [{ capability: "x-ignore-shared", state: true }] };

/** What a command may take on a busy machine. */
const ANSWER_MS = 20_000;

/** Commands may be written before the greeting was read: it is a stream. */
export function openMonitor(socket: Socket): MachineMonitor {
  const waiting: Waiting[] = [];
  const failAll = () => {
    for (const { fail } of waiting.splice(0)) fail(lost("the virtual machine ended"));
  };
  socket.on("close", failAll);
  const lines = createInterface({ input: socket });
  lines.on("error", () => undefined);
  lines.on("line", (line) => {
    const told = parse(line);
    if ("return" in told) waiting.shift()?.done(told["return"]);
    if ("error" in told) waiting.shift()?.fail(lost(`QEMU refuses: ${JSON.stringify(told["error"]).slice(0, 300)}`));
  });
  const execute = async (command: string, words: Readonly<Record<string, unknown>> = {}) => {
    if (socket.destroyed) throw lost("the virtual machine ended");
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((done, fail) => {
        timer = setTimeout(() => fail(lost(`QEMU does not answer to ${command}`)), ANSWER_MS);
        waiting.push({ done, fail });
        socket.write(`${JSON.stringify({ execute: command, arguments: words })}\n`);
      });
    } finally {
      clearTimeout(timer);
    }
  };
  return { execute };
}

export function lost(message: string): AegisError {
  return new AegisError("sandbox.lost", message, {
    fix: "Try again; when it happens again, look for free memory, and build the template anew by removing the cache's `templates`.",
  });
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
