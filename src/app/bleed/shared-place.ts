import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { isJsonObject, type Json, LIMITS } from "../../kernel/index.ts";
import { isEvent, type NewEvent } from "../../domain/index.ts";
import type { Traveller } from "../../eval/bleed/index.ts";
import type { PerformTrial, TrialJob, TrialPerformance } from "../../eval/index.ts";
import type { ProgramEnd, Sandbox, SandboxProvider, WorkspaceEntry } from "../../sandbox/index.ts";
import type { LeftInProcess } from "./shared-child.ts";

const EXTENSION = new URL(import.meta.url).pathname.endsWith(".ts") ? "ts" : "js";
const CHILD = fileURLToPath(new URL(`./shared-child.${EXTENSION}`, import.meta.url));

/** One sandbox and one process that all trials of one order share. */
export interface SharedPlace extends AsyncDisposable {
  /** One trial at a time. */
  readonly perform: PerformTrial;
  /** What was there when the trial of this run began, and not when the place was new. */
  foundBy(runId: string): readonly Traveller[];
}

type Told = { readonly state?: unknown; readonly left?: LeftInProcess };

/** Where one trial's events go, and how it ends. */
interface UnderWay {
  readonly job: TrialJob;
  readonly onEvent: (event: NewEvent) => void;
  readonly end: (how: { readonly told: Told } | { readonly ended: ProgramEnd }) => void;
}

export async function openSharedPlace(provider: SandboxProvider, label: string): Promise<SharedPlace> {
  const sandbox = await provider.open({ label });
  const place = new Place(sandbox);
  await place.listen();
  return place;
}

class Place implements SharedPlace {
  readonly #sandbox: Sandbox;
  readonly #server = createServer((_request, response) => this.#ask(response));
  readonly #close = new AbortController();
  readonly #found = new Map<string, readonly Traveller[]>();
  /** Who left what is there now, by kind and name. */
  readonly #leftBy = new Map<string, Traveller>();
  #files = new Map<string, string>();
  #program: Promise<ProgramEnd> | undefined;
  #waiting: ServerResponse | undefined;
  #underWay: UnderWay | undefined;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => void this.#server.listen(0, "127.0.0.1", done));
  }

  foundBy(runId: string): readonly Traveller[] {
    return this.#found.get(runId) ?? [];
  }

  readonly perform: PerformTrial = async ({ job, timeoutMs, onEvent, signal }) => {
    const startMs = performance.now();
    this.#found.set(job.runId, [...this.#leftBy.values()]);
    const timer = setTimeout(() => this.#program && this.#stopProgram("timeout"), timeoutMs);
    const how = await new Promise<Parameters<UnderWay["end"]>[0]>((end) => {
      this.#underWay = { job, onEvent, end };
      signal.addEventListener("abort", () => this.#stopProgram("aborted"), { once: true });
      this.#start();
      this.#handOut();
    });
    clearTimeout(timer);
    this.#underWay = undefined;
    await this.#look(job.caseId, "told" in how ? how.told.left : undefined);
    return performanceOf(how, performance.now() - startMs);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close.abort();
    this.#stop?.abort();
    await this.#program?.catch(() => undefined);
    this.#server.closeAllConnections();
    await new Promise<void>((done) => void this.#server.close(() => done()));
    await this.#sandbox[Symbol.asyncDispose]();
  }

  #stop: AbortController | undefined;
  #stopReason: TrialPerformance["reason"] = "aborted";

  #stopProgram(reason: TrialPerformance["reason"]): void {
    this.#stopReason = reason;
    this.#stop?.abort();
  }

  /** A process that ended is followed by another in the same place: its files are still there. */
  #start(): void {
    if (this.#program) return;
    const stop = (this.#stop = new AbortController());
    const { port } = this.#server.address() as AddressInfo;
    const program = this.#sandbox.run({
      command: [process.execPath, "--disable-warning=ExperimentalWarning", CHILD],
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", AEGIS_JOBS_URL: `http://127.0.0.1:${port}/` },
      stdin: "",
      timeoutMs: 2 ** 31 - 1,
      outputBytesMax: LIMITS.outputBytesMax,
      onControlLine: (line) => this.#hear(line),
      signal: stop.signal,
    });
    this.#program = program;
    const over = (ended: ProgramEnd) => {
      this.#program = undefined;
      this.#waiting = undefined;
      const reason = stop.signal.aborted ? (this.#stopReason as ProgramEnd["reason"]) : ended.reason;
      this.#underWay?.end({ ended: { ...ended, reason } });
    };
    program.then(over, (error: unknown) => over(failedEnd(error as Error)));
  }

  #ask(response: ServerResponse): void {
    if (this.#close.signal.aborted) return void response.writeHead(204).end();
    this.#waiting = response;
    this.#handOut();
  }

  #handOut(): void {
    if (!this.#waiting || !this.#underWay) return;
    this.#waiting.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(this.#underWay.job));
    this.#waiting = undefined;
  }

  #hear(line: string): void {
    const message = JSON.parse(line) as { runId: string; event?: unknown } & Told;
    const { job, onEvent, end } = this.#underWay ?? {};
    if (!isJsonObject(message as unknown as Json) || message.runId !== job?.runId) return;
    if (message.event === undefined) end?.({ told: message });
    else if (isEvent(message.event)) onEvent?.(message.event as NewEvent);
  }

  /** What this trial left, beside what was there before. */
  async #look(caseId: string, left: LeftInProcess | undefined): Promise<void> {
    const files = new Map((await this.#sandbox.collect()).map((entry) => [entry.path, printOf(entry)]));
    const changed = [...files].filter(([path, print]) => this.#files.get(path) !== print).map(([path]) => path);
    for (const path of this.#files.keys()) if (!files.has(path)) this.#leftBy.delete(`file ${path}`);
    this.#files = files;
    this.#note("file", changed, caseId);
    // Another process has none of the one before.
    for (const kind of ["env", "global", "process"] as const) this.#forget(kind, namesIn(left, kind));
    for (const kind of ["env", "global", "process"] as const) this.#note(kind, namesIn(left, kind), caseId);
  }

  #note(kind: Traveller["kind"], names: readonly string[], leftBy: string): void {
    for (const what of names) {
      const key = `${kind} ${what}`;
      if (kind === "file" || !this.#leftBy.has(key)) this.#leftBy.set(key, { kind, what, leftBy });
    }
  }

  #forget(kind: Traveller["kind"], stillThere: readonly string[]): void {
    for (const [key, traveller] of this.#leftBy) {
      if (traveller.kind === kind && !stillThere.includes(traveller.what)) this.#leftBy.delete(key);
    }
  }
}

function namesIn(left: LeftInProcess | undefined, kind: "env" | "global" | "process"): readonly string[] {
  if (left === undefined) return [];
  return { env: left.env, global: left.globals, process: left.processes }[kind];
}

function printOf(entry: WorkspaceEntry): string {
  if (entry.kind === "folder") return "folder";
  if (entry.kind === "link") return `link ${entry.target}`;
  return createHash("sha256").update(entry.bytes).digest("hex");
}

function performanceOf(how: Parameters<UnderWay["end"]>[0], durationMs: number): TrialPerformance {
  if ("ended" in how) return { ...how.ended, state: null, durationMs };
  const state = isJsonObject(how.told.state as Json) ? (how.told.state as { before: Json; after: Json }) : null;
  return { reason: "exited", exitCode: 0, stdout: null, stderr: null, strayProcessCount: 0, state, durationMs };
}

function failedEnd(error: Error): ProgramEnd {
  const none = { text: "", bytes: 0, isTruncated: false };
  const stderr = { ...none, text: error.message, bytes: error.message.length };
  return { reason: "killed", exitCode: null, stdout: none, stderr, durationMs: 0, strayProcessCount: 0 };
}
