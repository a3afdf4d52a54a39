import {
  formatMicroUsd,
  type RunEvent,
  type SandboxFacts,
  type StateChange,
  type Trial,
  type Verdict,
} from "../domain/index.ts";
import { countNoun, escapeTerminal, firstCharacters, type Json } from "../kernel/index.ts";

export interface ShownTrial {
  readonly trial: Trial;
  readonly events: readonly RunEvent[];
}

const TEXT_LENGTH_MAX = 300;

/** Trials of one case: each verdict with what it rests on, and the log as a timeline. */
export function renderTrials(trials: readonly ShownTrial[], color: boolean): string {
  return `${trials.map((shown) => renderTrial(shown, color)).join("\n\n")}\n`;
}

function renderTrial({ trial, events }: ShownTrial, color: boolean): string {
  const { outcome, metrics } = trial;
  const state =
    outcome.kind === "void" ? `void (${outcome.reason}): ${outcome.message}` : outcome.isPass ? "passed" : "failed";
  const paint = painter(color);
  const tone = outcome.kind === "void" ? paint.yellow : outcome.isPass ? paint.green : paint.red;
  const cost = formatMicroUsd(metrics.costMicroUsd);
  const calls = `${countNoun(metrics.toolCallCount, "tool call")}, ${countNoun(metrics.modelCallCount, "model call")}`;
  const spent = `${calls}, cost ${cost}`;
  const title = `${escapeTerminal(trial.caseId)} #${trial.attemptIndex}  `;
  return [
    `${paint.bold(title)}${tone(escapeTerminal(state))}  ${paint.dim(`${spent}, seed ${trial.seed}, log ${trial.runId}`)}`,
    ...trial.verdicts.map((verdict) => renderVerdict(verdict, paint)),
    "",
    ...events.map((event) => renderEvent(event, events[0]?.atMs ?? 0, paint)),
  ].join("\n");
}

function renderVerdict(verdict: Verdict, paint: Painter): string {
  const mark = { pass: paint.green("✓"), fail: paint.red("✗"), void: paint.yellow("?") }[verdict.outcome];
  const rests =
    verdict.evidence.length > 0
      ? ` [${verdict.evidence.slice(0, 8).join(", ")}${verdict.evidence.length > 8 ? ", …" : ""}]`
      : "";
  const gates = verdict.gates ? "" : " (reported only)";
  return `  ${mark} ${escapeTerminal(verdict.name)}${gates}: ${cut(verdict.explanation)}${paint.dim(rests)}`;
}

/** A log as a timeline, one line per event. */
export function renderTimeline(events: readonly RunEvent[], color: boolean, startMs = events[0]?.atMs ?? 0): string {
  return events.map((event) => `${renderEvent(event, startMs, painter(color))}\n`).join("");
}

function renderEvent(event: RunEvent, startMs: number, paint: Painter): string {
  const seconds = ((event.atMs - startMs) / 1000).toFixed(2).padStart(8);
  const witness = event.witness === "runtime" ? "" : paint.dim(` (${escapeTerminal(event.witness)})`);
  return `  ${paint.dim(String(event.seq).padStart(4))} ${paint.dim(seconds)}  ${describe(event)}${witness}`;
}

function describe(event: RunEvent): string {
  switch (event.type) {
    case "run.started":
      return `started ${cut(`${event.agent.name}@${event.agent.version}`)}`;
    case "message.received":
      return `${cut(event.from)}: ${cut(event.content)}`;
    case "message.sent":
      return `agent: ${cut(event.content)}`;
    case "model.called":
      return `model ${cut(event.model)} asked with ${countNoun(event.keptCount + event.added.length, "message")}`;
    case "model.returned":
      return event.error ? `model failed: ${cut(event.error.message)}` : `model answered${modelAnswer(event)}`;
    case "tool.called":
      return `call ${sayCall(event)}`;
    case "tool.returned":
      return event.error
        ? `  ${cut(event.tool)} failed: ${cut(event.error.message)}`
        : `  ${cut(event.tool)} returned ${cut(JSON.stringify(event.result ?? null))}`;
    case "model.streamed":
      return `  ${cut(event.text ?? event.reasoning ?? "")}`;
    case "model.reset":
      return "  what was streamed counts no more: the model is asked again";
    case "sleep.called":
      return `sleep for ${event.ms} ms`;
    case "memory.called":
      return `memory ${event.operation} ${cut(event.key)}`;
    case "run.paused":
      return `paused: waits for ${{ approval: "approval", sleep: "its time", doubt: "a person to settle a doubt", version: "code that can replay it" }[event.on]}`;
    case "run.resumed":
      return `taken up again (${event.because}), attempt ${event.attempt}, version ${cut(event.version)}`;
    case "doubt.settled":
      return `doubt settled as ${event.decision} by ${cut(event.by)}`;
    case "approval.requested":
      return `approval asked for: ${cut(event.reason)}`;
    case "approval.decided":
      return `approval ${cut(event.decision)} by ${cut(event.by)}`;
    case "state.captured":
      return `state: ${sayChanges(event.changes)}`;
    case "replay.ended":
      return `replay: ${sayReplay(event)}`;
    case "sandbox.closed":
      return `sandbox: ${sayFacts(event)}`;
    case "output.captured":
      return `${cut(event.stream)}${event.isTruncated ? ` (first part of ${event.bytes} bytes)` : ""}: ${cut(event.text)}`;
    case "fault.injected":
      return `fault on ${cut(event.on)}: ${cut(event.fault)}`;
    case "run.ended":
      return `ended: ${cut(event.outcome)}${event.error ? `, ${cut(event.error.message)}` : ""}`;
    default:
      return event.type;
  }
}

/** Misses and recordings that nobody asked for stand one below the other: they are what a reader looks for. */
function sayReplay({ take, answeredCount, misses, unused }: RunEvent<"replay.ended">): string {
  const shown = (calls: readonly { readonly tool: string; readonly arguments: Json }[], mark: string) => [
    ...calls.slice(0, CALLS_MAX).map((call) => `\n    ${mark} ${sayCall(call)}`),
    ...(calls.length > CALLS_MAX ? [`\n    and ${calls.length - CALLS_MAX} more`] : []),
  ];
  const missed = misses.slice(0, CALLS_MAX).map(({ nearest, ...call }) => {
    const near = nearest ? `; nearest: ${sayCall(nearest)}` : "";
    return `\n    not recorded: ${sayCall(call)}${near}`;
  });
  const counts = `${answeredCount} calls answered from ${escapeTerminal(take)}, ${misses.length} not recorded, ${unused.length} recorded and not made`;
  return [counts, ...missed, ...shown(unused, "not made:")].join("");
}

const CALLS_MAX = 10;

/** Telemetry often does not tell the arguments. */
function sayCall({ tool, arguments: given }: { readonly tool: string; readonly arguments: Json }): string {
  return given === null ? cut(tool) : `${cut(tool)} ${cut(JSON.stringify(given))}`;
}

/** `vm, accel=tcg, limits by cgroup v1: memoryBytes 536870912`. */
function sayFacts({ level, accelerator, limitedBy, limits }: SandboxFacts): string {
  const held = Object.entries(limits).map(([name, value]) => `${escapeTerminal(name)} ${value}`);
  const by = limitedBy === undefined ? "" : ` by ${escapeTerminal(limitedBy)}`;
  return [
    escapeTerminal(level),
    ...(accelerator === undefined ? [] : [`accel=${escapeTerminal(accelerator)}`]),
    ...(held.length === 0 ? [] : [`limits${by}: ${held.join(", ")}`]),
  ].join(", ");
}

const CHANGES_MAX = 10;
const VALUE_LENGTH_MAX = 60;

function sayChanges(changes: readonly StateChange[]): string {
  if (changes.length === 0) return "unchanged";
  const said = changes.slice(0, CHANGES_MAX).map(({ path, before, after }) => {
    return `${escapeTerminal(path)} ${sayValue(before)} -> ${sayValue(after)}`;
  });
  const more = changes.length - said.length;
  return `${said.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

function sayValue(value: Json | undefined): string {
  if (value === undefined) return "(none)";
  const text = escapeTerminal(JSON.stringify(value));
  return text.length > VALUE_LENGTH_MAX ? `${firstCharacters(text, VALUE_LENGTH_MAX)}…` : text;
}

function modelAnswer({ message, usage }: RunEvent<"model.returned">): string {
  const requests = message?.toolRequests?.map((request) => request.tool) ?? [];
  const tokens =
    usage?.inputTokens === undefined ? "" : ` (${usage.inputTokens} + ${usage.outputTokens ?? "?"} tokens)`;
  if (requests.length > 0) return ` with calls of ${cut(requests.join(", "))}${tokens}`;
  return `${tokens}: ${cut(message?.content ?? "")}`;
}

function cut(text: string): string {
  const flat = escapeTerminal(text);
  if (flat.length <= TEXT_LENGTH_MAX) return flat;
  return `${firstCharacters(flat, TEXT_LENGTH_MAX)}… (${text.length} characters)`;
}

type Painter = ReturnType<typeof painter>;

function painter(color: boolean) {
  const code = (open: number, close: number) => (text: string) =>
    color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39), yellow: code(33, 39) };
}
