import type { Decision, ToolView } from "../../../client/index.ts";
import { askPerson, type Decide } from "./ask-person.ts";
import { button, element, type PageElement } from "./dom.ts";
import { showJson } from "./show-json.ts";

const STATES = { called: "running", returned: "done", failed: "failed", doubt: "unclear" } as const;

/** A tool call: one line, and what went in and came out below it. */
export function showTool(tool: ToolView, decide: Decide): PageElement {
  const took = tool.durationMs === undefined ? "" : ` · ${durationText(tool.durationMs)}`;
  const summary = element("summary", {}, [
    element("span", { class: `mark ${tool.state}`, attributes: { "aria-hidden": "true" } }),
    element("span", { class: "tool-name", text: tool.tool }),
    element("span", { class: "quiet", text: `${STATES[tool.state]}${took}` }),
  ]);
  const inside = [showJson("Arguments", tool.arguments)];
  if (tool.result !== undefined) inside.push(showJson("Result", tool.result));
  if (tool.error !== undefined) inside.push(element("p", { class: "error-text", text: tool.error }));
  const look = tool.isInner ? "tool inner" : "tool";
  const details = element("details", { class: look }, [summary, element("div", { class: "tool-body" }, inside)]);
  return tool.state === "doubt" ? element("div", {}, [details, askDoubt(tool, decide)]) : details;
}

/** Nobody knows whether it happened: a person has to look. */
function askDoubt({ effect, tool, arguments: given }: ToolView, decide: Decide): PageElement {
  const card = askPerson({
    title: `Did ${tool} happen?`,
    text: "The work was cut off during this call, so it may or may not have taken effect. Look at the other system first, then say what you found.",
    content: showJson("Arguments", given),
    decide,
  });
  const say = (decision: "happened" | "repeat" | "failed") => () => {
    card.send({ kind: "doubt", effect, decision } satisfies Decision);
  };
  card.actions.append(
    button("It happened", "", say("happened")),
    button("Try again", "", say("repeat")),
    button("It failed", "", say("failed")),
  );
  return card.element;
}

function durationText(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
