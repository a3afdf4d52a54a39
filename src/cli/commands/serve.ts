import cluster from "node:cluster";
import { z } from "zod";
import { openServeWorld } from "../../app/serve/index.ts";
import { ERROR_CATALOGUE, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import type { DeployMode } from "../../runtime/index.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import type { FromServer, ToServer } from "../serve/messages.ts";
import { removeServeNote, type ServeNote, writeServeNote } from "../serve/serve-note.ts";
import { serveProcess } from "../serve/serve-process.ts";
import { supervise } from "../serve/supervise.ts";

const PORT = 4_100;
const DRAIN_MS = 30_000;
const STORE_GONE = ERROR_CATALOGUE["store.unavailable"].exit;

const flagsSchema = z.strictObject({
  host: z.string().optional().describe("address to listen on; any but this machine's own needs auth in the config"),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(`port to listen on (${PORT}); 0 takes a free one`),
  agent: z.array(z.string()).optional().describe("agents to serve; all of the project unless told"),
  drain: z.coerce.number().min(0).optional().describe("seconds a process that hands over may work on its runs (30)"),
  trials: z
    .boolean()
    .default(false)
    .describe("take trials of `aegis eval run --workers restate` too; needs serve.restate in the config"),
  single: z.boolean().default(false).describe("one process that nobody starts again: for a container"),
  json: z.boolean().default(false).describe("print the address and the log as JSON lines"),
});

type Flags = z.output<typeof flagsSchema>;

export const serve = defineCommand({
  name: "serve",
  summary: "Serve the project's agents: sessions, durable streams, approvals, a chat page.",
  about: [
    "Runs until Ctrl-C. What clients were promised survives crashes and restarts: every event is in the store before it is",
    "shown, and the next process goes on where the last one stopped.",
    "",
    "`aegis deploy` (or SIGHUP) brings a new version live: the code that is there now is started beside the old one, takes",
    "what comes, and the old process finishes its runs. Ctrl-C or SIGTERM finishes what is at work, within --drain, and ends;",
    "`npx` passes only Ctrl-C on, so send SIGTERM to the process whose number is printed.",
    "",
    "Who calls is asked for nothing on this machine. Another --host needs `serve.auth` in aegis.config.ts.",
  ].join("\n"),
  flags: flagsSchema,
  examples: [
    { line: "aegis serve", does: "all agents of the project; the chat page is at the address it prints" },
    { line: "aegis serve --agent support --port 8080", does: "one agent, on a port of your choice" },
    { line: "aegis serve --trials --port 0", does: "a worker of the cluster that performs evals as well" },
    { line: "aegis serve --single --host 0.0.0.0 --json", does: "in a container, behind your own balancer" },
  ],
  async run(context) {
    if (cluster.isWorker) return serveAsWorker(context);
    return context.flags.single ? serveAlone(context) : serveSupervised(context);
  },
});

async function settings({ flags, app }: CommandContext<Flags>) {
  const { serve: config } = await app.config();
  return {
    host: flags.host ?? config.host ?? "127.0.0.1",
    port: Number(app.env["AEGIS_SERVE_PORT"] ?? flags.port ?? config.port ?? PORT),
    drainMs: flags.drain === undefined ? (config.drainMs ?? DRAIN_MS) : flags.drain * 1_000,
    takesTrials: flags.trials || (config.trials ?? false),
    ...(flags.agent && { agents: flags.agent }),
  };
}

async function serveAsWorker(context: CommandContext<Flags>): Promise<number> {
  const { app, signal } = context;
  const stop = new AbortController();
  const alone = new AbortController();
  const leave = ({ isHandover }: Pick<ToServer, "isHandover">) => {
    if (!isHandover) alone.abort();
    stop.abort();
  };
  signal.addEventListener("abort", () => leave({ isHandover: false }));
  process.on("message", leave);
  const deploy: DeployMode = { kind: app.env["AEGIS_SERVE_DEPLOY"] === "join" ? "join" : "replace" };
  const onReady = (ready: Omit<FromServer, "kind">) => process.send?.({ kind: "ready", ...ready } satisfies FromServer);
  const onStoreGone = () => process.exit(STORE_GONE);
  const told = { deploy, log: logTo(context), signal: stop.signal, handover: alone.signal, onReady, onStoreGone };
  await serveProcess({ ...(await settings(context)), app, ...told });
  return 0;
}

async function serveAlone(context: CommandContext<Flags>): Promise<number> {
  const { app, signal } = context;
  const world = await openServeWorld(app);
  Object.assign(process.env, world.env);
  try {
    const onReady = (ready: Omit<FromServer, "kind">) => sayReady(context, ready);
    const deploy: DeployMode = { kind: "replace" };
    const onStoreGone = async () => {
      await world.close();
      return process.exit(STORE_GONE);
    };
    const told = { deploy, log: logTo(context), signal, onReady, onStoreGone };
    await serveProcess({ ...(await settings(context)), app, ...told });
    return 0;
  } finally {
    await world.close();
  }
}

async function serveSupervised(context: CommandContext<Flags>): Promise<number> {
  const { app, signal, terminal } = context;
  const world = await openServeWorld(app);
  const { drainMs } = await settings(context);
  const { root } = await app.config();
  let note: ServeNote = { pid: process.pid, url: "", agents: [], deployCount: 0, deployed: null };
  const leaveNote = (more: Partial<ServeNote>) => writeServeNote(root, (note = { ...note, ...more }));
  const supervisor = supervise({
    exec: process.argv[1] ?? "",
    words: process.argv.slice(2),
    env: { ...world.env },
    drainMs,
    say: (text) => terminal.err(text),
    onReady: (ready) => {
      leaveNote({ url: ready.url, agents: ready.agents });
      sayReady(context, ready);
    },
    onDeployed: (ready) => {
      const deployCount = note.deployCount + 1;
      leaveNote({ deployCount, deployed: ready ? "live" : "failed", ...(ready && { agents: ready.agents }) });
    },
  });
  const onHangUp = () => void supervisor.deploy();
  process.on("SIGHUP", onHangUp);
  signal.addEventListener("abort", () => void supervisor.stop(), { once: true });
  try {
    return await supervisor.done;
  } finally {
    process.off("SIGHUP", onHangUp);
    removeServeNote(root);
    await world.close();
  }
}

function sayReady({ flags, terminal }: CommandContext<Flags>, ready: Omit<FromServer, "kind">): void {
  if (flags.json) return terminal.out(jsonLine({ url: ready.url, agents: ready.agents, pid: process.pid }));
  const agents = ready.agents.map((agent) => `  ${escapeTerminal(agent)}`);
  terminal.out(
    [
      `Serving at ${ready.url}`,
      ...agents,
      "",
      `Try it: ${browsable(ready.url)}/`,
      `Ctrl-C stops it, or: kill ${process.pid}`,
      "",
    ].join("\n"),
  );
}

/** An address that stands for all of this machine's is none that a browser takes. */
function browsable(url: string): string {
  return url.replace(/\/\/(0\.0\.0\.0|\[::\])/, "//127.0.0.1");
}

function logTo({ flags, terminal }: CommandContext<Flags>): Parameters<typeof serveProcess>[0]["log"] {
  return ({ level, message, details, error }) => {
    const told = error instanceof Error ? error.message : error === undefined ? undefined : String(error);
    if (flags.json) return terminal.err(jsonLine({ level, message, ...details, error: told }));
    const more = [told, details && JSON.stringify(details)].filter((part) => part !== undefined).join(" ");
    terminal.err(`${level}: ${escapeTerminal(`${message}${more ? ` (${more})` : ""}`)}\n`);
  };
}
