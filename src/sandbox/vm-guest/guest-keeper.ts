import { spawn } from "node:child_process";

/** Asks the kernel for what Node has no call for; started before, so that no clone waits for its start. */
export interface GuestKeeper {
  /** @throws {Error} when the kernel refuses */
  ask(...words: readonly string[]): Promise<void>;
}

export function startKeeper(): GuestKeeper {
  const helper = spawn("/usr/bin/perl", ["/aegis/keep-guest.pl"], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: ((answer: string) => void)[] = [];
  let told = "";
  helper.stdout.on("data", (piece: Buffer) => {
    const lines = (told + piece.toString("latin1")).split("\n");
    told = lines.pop() ?? "";
    for (const line of lines) waiting.shift()?.(line);
  });
  helper.once("exit", () => waiting.splice(0).forEach((tell) => tell("the helper ended")));
  const send = (words: readonly string[]) => {
    const body = Buffer.from(words.join("\0"));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(body.length);
    helper.stdin.write(Buffer.concat([size, body]));
  };
  return {
    ask: async (...words) => {
      const answer = new Promise<string>((done) => void waiting.push(done));
      send(words);
      const line = await answer;
      if (line !== "ok") throw new Error(line);
    },
  };
}
