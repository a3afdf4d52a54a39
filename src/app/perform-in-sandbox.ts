import { fileURLToPath } from "node:url";
import { isJsonObject, type Json, LIMITS } from "../kernel/index.ts";
import { isEvent, type NewEvent } from "../domain/index.ts";
import type { PerformTrial, TrialJob } from "../eval/index.ts";
import type { SandboxMount, SandboxProvider } from "../sandbox/index.ts";
import { modelEnvironment } from "./model-environment.ts";
import { nodeCommand } from "./trial-command.ts";

const EXTENSION = new URL(import.meta.url).pathname.endsWith(".ts") ? "ts" : "js";
const CHILD = fileURLToPath(new URL(`./trial-child.${EXTENSION}`, import.meta.url));

export interface TrialPlace {
  /** What Node compiled before. */
  readonly compileCache?: string;
  /** What programs may read, where the level hides the rest. */
  readonly mounts?: readonly SandboxMount[];
}

/** Where a trial's program is put: told what the trial is, its variables, and when nobody waits for it any more. */
export type PlaceTrial = (
  job: TrialJob,
  trial: { readonly env: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<TrialPlace>;

/** Runs each trial in a fresh sandbox: job in on stdin, events out over the control channel. */
export function performInSandbox(provider: SandboxProvider, place: PlaceTrial): PerformTrial {
  return async ({ job, files = [], timeoutMs, passEnv, onEvent, signal }) => {
    const inherited = Object.fromEntries(
      passEnv.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    );
    const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", ...inherited, ...job.env };
    const { mounts, compileCache } = await place(job, { env, signal });
    const sandbox = await provider.open({
      label: job.runId,
      files,
      doors: doorsIn([...Object.values(job.env), job.modelBaseUrl ?? "", job.userUrl ?? ""]),
      ...(mounts && { mounts }),
    });
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
    const program = {
      command: nodeCommand(sandbox.facts, [CHILD]),
      env: {
        ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }),
        ...env,
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
      return {
        ...end,
        ...(flood.signal.aborted && { reason: "too-many-events" as const }),
        state,
        sandbox: sandbox.facts,
        ...(files.length > 0 && end.reason === "exited" && { files: await sandbox.collect() }),
      };
    } finally {
      await sandbox[Symbol.asyncDispose]();
    }
  };
}

/** The host's loopback ports that a trial was told addresses of: nothing else of the host is reached from inside. */
export function doorsIn(values: readonly string[]): number[] {
  const addresses = values.flatMap((value) => [...value.matchAll(/\b(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\b/g)]);
  return [...new Set(addresses.map(([, port]) => Number(port)))];
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
