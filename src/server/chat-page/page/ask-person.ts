import { type Decision, ProblemError } from "../../../client/index.ts";
import { element, type PageElement } from "./dom.ts";

export type Decide = (decision: Decision) => Promise<void>;

/** A card with a question; its buttons rest while an answer is on its way. */
export function askPerson(options: {
  readonly title: string;
  readonly text: string;
  readonly content: PageElement;
  readonly decide: Decide;
}) {
  const actions = element("fieldset", { class: "actions", attributes: { "aria-label": options.title } });
  const problem = element("p", { class: "error-text", attributes: { role: "alert" } });
  problem.hidden = true;
  const card = element("section", { class: "ask", attributes: { "aria-label": options.title } }, [
    element("h3", { text: options.title }),
    ...(options.text === "" ? [] : [element("p", { text: options.text })]),
    options.content,
    problem,
    actions,
  ]);
  const complain = (text: string) => {
    problem.textContent = text;
    problem.hidden = text === "";
  };
  const send = (decision: Decision) => {
    complain("");
    actions.disabled = true;
    // The card goes when the decision is in the run's log.
    options.decide(decision).catch((error: unknown) => {
      actions.disabled = false;
      complain(problemText(error));
    });
  };
  return { element: card, actions, send, complain };
}

export function problemText(error: unknown): string {
  if (error instanceof ProblemError) return [error.message, error.fix].filter((text) => text !== "").join(". ");
  return error instanceof Error ? error.message : String(error);
}
