import { AegisError, nearestName } from "../kernel/index.ts";
import type { Command } from "./command.ts";
import { COMMANDS, type CommandName } from "./commands/index.ts";
import { parseFlags } from "./parse-flags.ts";
import { exitCodeOf, renderError } from "./render-error.ts";
import { renderCommandHelp, renderMainHelp } from "./render-help.ts";
import { processTerminal } from "./terminal.ts";

/** The command line's way in: finds the command, runs it, turns its end into an exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const terminal = processTerminal({ ...streams(), env: process.env });
  try {
    return await dispatch(words, terminal);
  } catch (error) {
    terminal.err(renderError(error, { json: words.includes("--json"), color: terminal.hasColor }));
    return exitCodeOf(error);
  }
}

async function dispatch(words: readonly string[], terminal: ReturnType<typeof processTerminal>): Promise<number> {
  const found = findCommand(words);
  if (!found) {
    const [first, ...asked] = words;
    // `aegis help eval run` is `aegis eval run --help`.
    return first === "help" && findCommand(asked) ? dispatch([...asked, "--help"], terminal) : explain(words, terminal);
  }
  const command: Command = await COMMANDS[found.name].load();
  const { flags, args, wantsHelp } = parseFlags(command, found.rest);
  if (wantsHelp) {
    terminal.out(renderCommandHelp(command));
    return 0;
  }
  const { openApp } = await import("../app/index.ts");
  const app = await openApp({ cwd: process.cwd(), env: process.env });
  // A terminal's Ctrl-C reaches a server and its supervisor; one of them says so.
  const say = process.env["AEGIS_SERVE_DEPLOY"] === undefined ? terminal.err : () => undefined;
  try {
    return await command.run({ flags, args, app, terminal, signal: interruptSignal(say) });
  } finally {
    await app[Symbol.asyncDispose]();
  }
}

/** The longest command name the words begin with. */
function findCommand(words: readonly string[]): { name: CommandName; rest: string[] } | undefined {
  for (let length = Math.min(3, words.length); length > 0; length -= 1) {
    const name = words.slice(0, length).join(" ");
    if (Object.hasOwn(COMMANDS, name)) return { name: name as CommandName, rest: words.slice(length) };
  }
  return undefined;
}

function explain(words: readonly string[], terminal: ReturnType<typeof processTerminal>): number {
  const all = Object.entries(COMMANDS).map(([name, { summary }]) => ({ name, summary }));
  const asked = words[0] === "help" ? words.slice(1) : words;
  const typed = asked.filter((word) => !word.startsWith("-")).join(" ");
  const group = all.filter(({ name }) => typed !== "" && name.startsWith(`${typed} `));
  const wantsHelp = words.length === 0 || words[0] === "help" || words.includes("--help") || words.includes("-h");
  if (group.length === 0 && (typed !== "" || !wantsHelp)) {
    const near = nearestCommand(typed);
    throw new AegisError(
      "cli.usage",
      `unknown command ${typed || words.join(" ")}${near ? `; did you mean aegis ${near}?` : ""}`,
      { fix: near ? "" : "See aegis --help for the commands there are." },
    );
  }
  terminal.out(renderMainHelp(group.length > 0 ? group : all));
  return wantsHelp ? 0 : 64;
}

/** Also of a command whose first words alone were mistyped: arguments may follow it. */
function nearestCommand(typed: string): string | undefined {
  const names = Object.keys(COMMANDS);
  const words = typed.split(" ");
  return [words.length, 3, 2, 1]
    .map((length) => nearestName(words.slice(0, length).join(" "), names))
    .find((near) => near !== undefined);
}

/** Two signals this close are one: a terminal and the launcher may both pass it on. */
const SAME_SIGNAL_MS = 500;

/** First Ctrl-C: stop in order. Second: at once. */
function interruptSignal(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted && performance.now() - firstMs < SAME_SIGNAL_MS) return;
    if (controller.signal.aborted) process.exit(130);
    firstMs = performance.now();
    say(`\n${name} received: finishing what is under way; once more to stop at once\n`);
    controller.abort(new AegisError("cli.usage", `stopped by ${name}`));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}

function streams() {
  return { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin };
}
