import type { PublicRunEvent } from "../api/index.ts";
import type { ApprovalView, RunPart, RunView, ToolView } from "./run-view.ts";

/** Effects from here on are made inside another one: their text is no part of the answer. */
const INNER_EFFECT_MIN = 1_000_000;

type EventOf<Type extends PublicRunEvent["type"]> = Extract<PublicRunEvent, { type: Type }>;

/** The view with one event more. An event it has already seen changes nothing. */
export function reduceRun(view: RunView, event: PublicRunEvent): RunView {
  return event.seq <= view.lastSeq ? view : { ...reduce(view, event), lastSeq: event.seq };
}

function reduce(view: RunView, event: PublicRunEvent): RunView {
  switch (event.type) {
    case "run.started":
    case "run.resumed":
      return { ...view, status: "running", pausedOn: null, untilMs: null, error: null };
    case "run.paused":
      return pause(view, event);
    case "run.ended":
      return { ...view, status: "ended", outcome: event.outcome, ...noPause, error: event.error?.message ?? null };
    case "message.received":
      return addPart(view, { kind: "message", from: event.from, content: event.content });
    case "message.sent":
      return addAnswer(view, event);
    case "model.called":
      return useAttempt(view, event);
    case "model.reset":
      return useAttempt(dropText(view, event.effect), event);
    case "model.streamed":
      return addText(view, event);
    case "model.returned":
      return addWholeText(view, event);
    case "tool.called":
      return callTool(view, event);
    case "tool.returned":
      return returnTool(view, event);
    case "approval.requested":
      return askApproval(view, event);
    case "approval.decided":
      return decideApproval(view, event);
    case "doubt.settled":
      return settleDoubt(view, event);
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- a newer server may say what this client does not know
    default:
      return view;
  }
}

const noPause = { pending: [], pausedOn: null, untilMs: null } as const;

function pause(view: RunView, { on, effects, untilMs, error }: EventOf<"run.paused">): RunView {
  const paused = {
    ...view,
    status: "paused",
    pausedOn: on,
    untilMs: untilMs ?? null,
    error: error?.message ?? null,
  } as const;
  if (on !== "doubt") return paused;
  const inDoubt = view.tools.filter(({ effect }) => effects.includes(effect));
  const doubts = inDoubt.map(({ effect, tool, arguments: given, calledAtMs }) => {
    return { kind: "doubt", effect, tool, arguments: given, calledAtMs } as const;
  });
  const marked = inDoubt.reduce<RunView>((each, { effect }) => changeTool(each, effect, { state: "doubt" }), paused);
  return { ...marked, pending: [...withoutPending(view, effects), ...doubts] };
}

/** The calls of an effect are counted: what an earlier one streamed counts no more. */
function useAttempt(
  view: RunView,
  { effect, attempt }: { readonly effect: number; readonly attempt: number },
): RunView {
  if (attempt <= (view.attempts[effect] ?? 0)) return view;
  return { ...dropText(view, effect), attempts: { ...view.attempts, [effect]: attempt } };
}

function dropText(view: RunView, effect: number): RunView {
  const dropped = view.parts.findLastIndex((part) => isTextOf(part, effect));
  if (dropped < 0) return view;
  const isShown = view.parts.findLastIndex((part) => part.kind === "text") === dropped;
  return { ...view, parts: view.parts.toSpliced(dropped, 1), text: isShown ? "" : view.text };
}

function addText(view: RunView, { effect, attempt, text = "" }: EventOf<"model.streamed">): RunView {
  if (effect >= INNER_EFFECT_MIN || attempt < (view.attempts[effect] ?? 0)) return view;
  const current = useAttempt(view, { effect, attempt });
  if (text === "") return current;
  const index = current.parts.findLastIndex((part) => isTextOf(part, effect));
  const before = current.parts[index];
  if (before?.kind !== "text") return showText(addPart(current, { kind: "text", effect, text, isAnswer: false }));
  return showText({ ...current, parts: current.parts.with(index, { ...before, text: before.text + text }) });
}

/** Models that do not stream say everything at once. */
function addWholeText(view: RunView, { effect, message }: EventOf<"model.returned">): RunView {
  if (effect >= INNER_EFFECT_MIN || message === undefined || message.content === "") return view;
  if (view.parts.some((part) => isTextOf(part, effect))) return view;
  return showText(addPart(view, { kind: "text", effect, text: message.content, isAnswer: false }));
}

/** The answer takes the place of the text that was streamed last, unless something was done since. */
function addAnswer(view: RunView, { content, data }: EventOf<"message.sent">): RunView {
  const answer: RunPart = { kind: "text", effect: null, text: content, isAnswer: true };
  const last = view.parts.at(-1);
  const parts = last?.kind === "text" && !last.isAnswer ? view.parts.slice(0, -1) : view.parts;
  return { ...view, parts: [...parts, answer], text: content, ...(data === undefined ? {} : { data }) };
}

function callTool(view: RunView, event: EventOf<"tool.called">): RunView {
  const { effect, callId, tool, arguments: given, atMs } = event;
  const called: ToolView = {
    effect,
    callId,
    tool,
    arguments: given,
    state: "called",
    calledAtMs: atMs,
    isInner: effect >= INNER_EFFECT_MIN,
  };
  const isKnown = view.tools.some((each) => each.effect === effect);
  if (isKnown) return { ...view, tools: view.tools.map((each) => (each.effect === effect ? called : each)) };
  return addPart({ ...view, tools: [...view.tools, called] }, { kind: "tool", effect });
}

function returnTool(view: RunView, { effect, durationMs, result, error }: EventOf<"tool.returned">): RunView {
  const end =
    error === undefined ? ({ state: "returned" } as const) : ({ state: "failed", error: error.message } as const);
  const settled = { ...view, pending: withoutPending(view, [effect]) };
  return changeTool(settled, effect, { durationMs, ...(result === undefined ? {} : { result }), ...end });
}

function askApproval(view: RunView, event: EventOf<"approval.requested">): RunView {
  const { effect, tool = "", callId, reason, atMs } = event;
  const asked = { effect, tool, arguments: event.arguments ?? null, reason, requestedAtMs: atMs };
  const approval: ApprovalView = { ...asked, ...(callId === undefined ? {} : { callId }), decision: null, by: null };
  const pending = [...withoutPending(view, [effect]), { kind: "approval", ...asked } as const];
  if (!view.approvals.some((each) => each.effect === effect)) {
    return addPart({ ...view, pending, approvals: [...view.approvals, approval] }, { kind: "approval", effect });
  }
  return { ...view, pending, approvals: view.approvals.map((each) => (each.effect === effect ? approval : each)) };
}

function decideApproval(view: RunView, event: EventOf<"approval.decided">): RunView {
  const { effect, decision, by } = event;
  const approvals = view.approvals.map((each) =>
    each.effect === effect ? { ...each, decision, by, arguments: event.arguments ?? each.arguments } : each,
  );
  return { ...view, approvals, pending: withoutPending(view, [effect]) };
}

function settleDoubt(view: RunView, { effect, decision, result }: EventOf<"doubt.settled">): RunView {
  const state = ({ happened: "returned", repeat: "called", failed: "failed" } as const)[decision];
  const settled = { ...view, pending: withoutPending(view, [effect]) };
  return changeTool(settled, effect, { state, ...(result === undefined ? {} : { result }) });
}

function changeTool(view: RunView, effect: number, change: Partial<ToolView>): RunView {
  return { ...view, tools: view.tools.map((each) => (each.effect === effect ? { ...each, ...change } : each)) };
}

function withoutPending(view: RunView, effects: readonly number[]): RunView["pending"] {
  return view.pending.filter(({ effect }) => !effects.includes(effect));
}

function addPart(view: RunView, part: RunPart): RunView {
  return { ...view, parts: [...view.parts, part] };
}

function showText(view: RunView): RunView {
  const last = view.parts.findLast((part) => part.kind === "text");
  return last?.kind === "text" && last.text !== view.text ? { ...view, text: last.text } : view;
}

function isTextOf(part: RunPart, effect: number): boolean {
  return part.kind === "text" && part.effect === effect;
}
