import { fileURLToPath } from "node:url";
import { isJsonObject, type Json, LIMITS } from "../kernel/index.ts";
import { isEvent, type NewEvent } from "../domain/index.ts";
import type { PerformTrial } from "../eval/index.ts";
import type { SandboxProvider } from "../sandbox/index.ts";
import { modelEnvironment } from "./model-environment.ts";

const EXTENSION = new URL(import.meta.url).pathname.endsWith(".ts") ? "ts" : "js";
const CHILD = fileURLToPath(new URL(`./trial-child.${EXTENSION}`, import.meta.url));

/** Runs each trial in a fresh sandbox: job in on stdin, events out over the control channel. */
export function performInSandbox(provider: SandboxProvider, options: { readonly compileCache?: string }): PerformTrial {
  return async ({ job, timeoutMs, passEnv, onEvent, signal }) => {
    const sandbox = await provider.open({ label: job.runId });
    let state: { before: Json; after: Json } | null = null;
    let eventCount = 0;
    let isClosed = false;
    const flood = new AbortController();
    const onControlLine = (line: string) => {
      const message = parseMessage(line);
      if (!message) return;
      if (isJsonObject(message.state as Json)) state = message.state as { before: Json; after: Json };
      const { event } = message;
      if (isClosed || !isAgentsEvent(event)) return;
      eventCount += 1;
      // An agent that goes round for ever is not waited for until its time is up.
      if (eventCount > LIMITS.trialEventsMax) return flood.abort();
      // Nothing the agent's process writes after the end counts.
      isClosed = event.type === "run.ended";
      onEvent(event);
    };
    const inherited = Object.fromEntries(
      passEnv.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    );
    const program = {
      command: [process.execPath, "--disable-warning=ExperimentalWarning", CHILD],
      env: {
        PATH: process.env["PATH"] ?? "/usr/bin:/bin",
        ...(options.compileCache && { NODE_COMPILE_CACHE: options.compileCache }),
        ...inherited,
        ...job.env,
        ...(job.modelBaseUrl !== undefined && modelEnvironment(job.modelBaseUrl)),
      },
      stdin: JSON.stringify(job),
      timeoutMs,
      outputBytesMax: LIMITS.outputBytesMax,
      onControlLine,
      signal: AbortSignal.any([signal, flood.signal]),
    };
    try {
      const end = await sandbox.run(program);
      return { ...end, ...(flood.signal.aborted && { reason: "too-many-events" as const }), state };
    } finally {
      await sandbox[Symbol.asyncDispose]();
    }
  };
}

function parseMessage(line: string): { readonly state?: unknown; readonly event?: unknown } | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return isJsonObject(value as Json) ? (value as { state?: unknown; event?: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

/** The channel is in the agent's hands: only whole events of its own witness are taken. */
function isAgentsEvent(event: unknown): event is NewEvent {
  return (
    isEvent(event) && (event.witness === "runtime" || event.witness === "agent" || event.type === "approval.decided")
  );
}
