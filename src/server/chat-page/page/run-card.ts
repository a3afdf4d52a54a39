import { EMPTY_RUN_VIEW, type RunPart, type RunRecord, type RunView } from "../../../client/index.ts";
import type { Decide } from "./ask-person.ts";
import { element, type PageElement } from "./dom.ts";
import { showApproval } from "./show-approval.ts";
import { showText } from "./show-text.ts";
import { showTool } from "./show-tool.ts";

/** One run on the page: what was said and done, and how it stands. */
export interface RunCard {
  readonly record: RunRecord;
  readonly element: PageElement;
  readonly view: () => RunView;
  show(view: RunView): void;
  /** A message on its way into this run, which takes it before its next step. */
  expect(message: string): void;
}

/** A place among the parts; it is made anew only when what it shows is another object. */
interface Slot {
  source: unknown;
  element: PageElement;
}

export function runCard(record: RunRecord, decide: Decide): RunCard {
  let view: RunView = { ...EMPTY_RUN_VIEW, status: record.status === "queued" ? "queued" : "running" };
  const slots: Slot[] = [];
  const parts = element("div", { class: "parts" });
  const coming = element("div", { class: "parts" });
  const status = element("p", { class: "status" });
  const card = element("article", { class: "run", attributes: { "data-run": record.id } }, [parts, coming, status]);
  let expected: readonly string[] = [];

  const render = () => {
    const shown = partsOf(view, record);
    for (const [index, part] of shown.entries()) {
      const source = sourceOf(part, view);
      const slot = slots[index];
      if (slot !== undefined && slot.source === source) continue;
      const made = showPart(part, { view, decide, before: slot });
      if (slot === undefined) parts.append(made);
      else if (slot.element !== made) slot.element.replaceWith(made);
      slots[index] = { source, element: made };
    }
    for (const { element: extra } of slots.splice(shown.length)) extra.remove();
    expected = view.status === "ended" ? [] : expected.filter((message) => !isTakenIn(view, message));
    coming.replaceChildren(...expected.map((text) => element("div", { class: "bubble coming", text })));
    coming.hidden = expected.length === 0;
    showStatus(status, view);
  };
  render();
  return {
    record,
    element: card,
    view: () => view,
    show: (next) => {
      view = next;
      render();
    },
    expect: (message) => {
      expected = [...expected, message];
      render();
    },
  };
}

/** The first message began the run; those after it joined. */
function isTakenIn(view: RunView, message: string): boolean {
  const messages = view.parts.filter((part) => part.kind === "message");
  return messages.slice(1).some((part) => part.kind === "message" && part.content === message);
}

/** Before the first event, the message is known from the record. */
function partsOf(view: RunView, record: RunRecord): readonly RunPart[] {
  if (view.parts.some((part) => part.kind === "message")) return view.parts;
  return [{ kind: "message", from: "user", content: record.input.message }, ...view.parts];
}

function sourceOf(part: RunPart, view: RunView): unknown {
  if (part.kind === "tool") return view.tools.find(({ effect }) => effect === part.effect);
  if (part.kind === "approval") {
    const approval = view.approvals.find(({ effect }) => effect === part.effect);
    return isOpen(view, part.effect) ? approval : `${part.effect} ${approval?.decision} ${approval?.by}`;
  }
  return part.kind === "message" ? `${part.from}:${part.content}` : part;
}

function isOpen(view: RunView, approvalEffect: number): boolean {
  return view.pending.some(({ kind, effect }) => kind === "approval" && effect === approvalEffect);
}

interface PartOptions {
  readonly view: RunView;
  readonly decide: Decide;
  readonly before: Slot | undefined;
}

function showPart(part: RunPart, { view, decide, before }: PartOptions): PageElement {
  switch (part.kind) {
    case "message": {
      const look = part.from === "user" ? "bubble" : "note";
      return element("div", { class: look, text: part.content });
    }
    case "text": {
      const isText = before?.element.className.startsWith("answer") === true;
      const place = isText && before !== undefined ? before.element : element("div");
      place.className = "answer";
      showText(place, part.text);
      return place;
    }
    case "tool": {
      const tool = view.tools.find(({ effect }) => effect === part.effect);
      const made = tool === undefined ? element("div") : showTool(tool, decide);
      if (before?.element.open === true) made.open = true;
      return made;
    }
    case "approval": {
      const approval = view.approvals.find(({ effect }) => effect === part.effect);
      if (approval === undefined) return element("div");
      return showApproval(approval, { isOpen: isOpen(view, part.effect), decide });
    }
  }
}

const OUTCOMES = {
  answered: "",
  failed: "The agent failed.",
  timeout: "The agent took too long.",
  exited: "The agent's process ended early.",
  cancelled: "Stopped.",
} as const;

function showStatus(place: PageElement, view: RunView): void {
  const text = statusText(view);
  const isFailure = view.status === "ended" && view.outcome !== "answered" && view.outcome !== "cancelled";
  place.className = `status${isFailure ? " failure" : ""}${view.status === "running" ? " working" : ""}`;
  place.textContent = text;
  place.hidden = text === "";
}

/** What a person should know or do now. */
export function statusText(view: RunView): string {
  switch (view.status) {
    case "queued":
      return "Waiting for its turn";
    case "running":
      return view.tools.some(({ state }) => state === "called") ? "Using a tool" : "Working";
    case "paused":
      return pauseText(view);
    case "ended": {
      const outcome = OUTCOMES[view.outcome ?? "answered"];
      if (view.outcome === "answered" || view.outcome === "cancelled" || view.outcome === null) return outcome;
      return [outcome, view.error ?? "", "Send your message again, or look at the run's log."]
        .filter(Boolean)
        .join(" ");
    }
  }
}

function pauseText({ pausedOn, untilMs, error }: RunView): string {
  switch (pausedOn) {
    case "approval":
      return "Waiting for a decision";
    case "doubt":
      return "Waiting for somebody to say what happened";
    case "version":
      return `Waiting for a process that has the agent's version. ${error ?? ""}`.trim();
    case "sleep":
      return untilMs === null ? "Resting" : `Resting until ${new Date(untilMs).toLocaleString()}`;
    case null:
      return "Waiting";
  }
}
