import type { ApprovalView, Decision } from "../../../client/index.ts";
import { askPerson, type Decide } from "./ask-person.ts";
import { button, element, type PageElement } from "./dom.ts";
import { jsonText, showJson } from "./show-json.ts";

const DECIDED = { approved: "Approved", denied: "Denied", edited: "Approved with changes" } as const;

/** Asks while it is open, and says afterwards who decided what. */
export function showApproval(approval: ApprovalView, options: { readonly isOpen: boolean; readonly decide: Decide }) {
  if (approval.decision !== null) return showDecided(approval);
  return options.isOpen ? askApproval(approval, options.decide) : showUnanswered(approval);
}

function askApproval({ effect, tool, reason, arguments: given }: ApprovalView, decide: Decide): PageElement {
  const title = tool === "" ? "May the agent go on?" : `Approve ${tool}?`;
  const content = element("div", {}, [showJson("Arguments", given)]);
  const card = askPerson({ title, text: reason, content, decide });
  const say = (decision: "approved" | "denied") => () => {
    card.send({ kind: "approval", effect, decision } satisfies Decision);
  };
  const showAsked = () => {
    card.complain("");
    content.replaceChildren(showJson("Arguments", given));
    card.actions.replaceChildren(
      button("Approve", "primary", say("approved")),
      button("Deny", "danger", say("denied")),
      button("Edit arguments", "", showEditor),
    );
  };
  const showEditor = () => {
    const editor = argumentsEditor(given);
    const save = () => {
      const edited = parseJson(editor.value);
      if (edited.error !== undefined) card.complain(`This is no JSON yet: ${edited.error}`);
      else card.send({ kind: "approval", effect, decision: "edited", arguments: edited.value } as Decision);
    };
    content.replaceChildren(editor);
    card.actions.replaceChildren(button("Approve with changes", "primary", save), button("Back", "", showAsked));
    editor.focus();
  };
  showAsked();
  return card.element;
}

function argumentsEditor(given: unknown): PageElement {
  const text = JSON.stringify(given, null, 2);
  const rows = String(Math.min(16, Math.max(3, text.split("\n").length)));
  const editor = element("textarea", {
    class: "editor",
    attributes: { rows, spellcheck: "false", autocomplete: "off", "aria-label": "Arguments as JSON" },
  });
  editor.value = text;
  return editor;
}

function parseJson(text: string): { readonly value?: unknown; readonly error?: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function showDecided({ tool, decision, by, arguments: given }: ApprovalView): PageElement {
  const said = DECIDED[decision ?? "approved"];
  const mark = decision === "denied" ? "failed" : "returned";
  return element("details", { class: "tool" }, [
    element("summary", {}, [
      element("span", { class: `mark ${mark}`, attributes: { "aria-hidden": "true" } }),
      element("span", { class: "tool-name", text: said }),
      element("span", { class: "quiet", text: [tool, by === null ? "" : `by ${by}`].filter(Boolean).join(" · ") }),
    ]),
    element("div", { class: "tool-body" }, [showJson("Arguments", given)]),
  ]);
}

function showUnanswered({ tool, arguments: given }: ApprovalView): PageElement {
  return element("details", { class: "tool" }, [
    element("summary", {}, [
      element("span", { class: "mark", attributes: { "aria-hidden": "true" } }),
      element("span", { class: "tool-name", text: "Approval not given" }),
      element("span", { class: "quiet", text: tool }),
    ]),
    element("div", { class: "tool-body" }, [element("p", { text: jsonText(given) })]),
  ]);
}
