import type { ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { descriptor, STATUS } from "./enter-place.ts";

/** What the first process told of the program. */
export interface Status {
  readonly isStarted: boolean;
  readonly isMissing: boolean;
  readonly exitCode: number | undefined;
  readonly strays: number;
}

/**
 * Answers the first process and keeps what it tells. The program cannot reach this channel: it is closed before one
 * starts. Once stopped, a first process that is not there yet will be told not to go on.
 */
export function followStatus(child: ChildProcess): { readonly told: Promise<Status>; stop(): void } {
  const channel = descriptor(child, STATUS) as Duplex;
  let text = "";
  let isStopped = false;
  channel.on("data", (chunk: Buffer) => {
    if (text === "" && isStopped) channel.end();
    if (text === "" && !isStopped) channel.write("go\n");
    text += chunk.toString("latin1");
  });
  channel.on("error", () => undefined);
  const told = new Promise<Status>((done) => void channel.once("close", () => done(parseStatus(text))));
  return { told, stop: () => void (isStopped = true) };
}

function parseStatus(text: string): Status {
  const [, code, strays] = /^ended (\d+) (\d+)$/m.exec(text) ?? [];
  return {
    isStarted: /^started$/m.test(text),
    isMissing: /^missing$/m.test(text),
    exitCode: code === undefined ? undefined : Number(code),
    strays: Number(strays ?? 0),
  };
}
