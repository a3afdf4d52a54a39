import { cutText, eventsOfCall, hasSucceeded, type ToolCall } from "../../check/index.ts";
import { nearestName } from "../../kernel/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import type { Scene } from "./scene.ts";

/** How tools and frameworks say that they have no such tool. */
const NO_SUCH_TOOL =
  /\b(?:unknown|no such|no|unrecogni[sz]ed|invalid|undefined|non-?existent|unsupported) (?:tool|function)s?\b(?! (?:arguments?|parameters?|input|calls?|results?|outputs?))|\bnot an? (?:valid|known|available|registered) (?:tool|function)\b|\b(?:tool|function)\b[^.\n]{0,80}?\b(?:not found|does not exist|doesn't exist|(?:is|was) not (?:a valid|an available|available|defined|registered|known|recogni[sz]ed|one of))\b/i;

/** What says that a tool is missing is short. */
const ANSWER_CHARACTERS_MAX = 300;

/** A tool that nobody offered, or that answers that it does not exist. */
export const unknownTool: Detector = {
  name: "unknown-tool",
  summary: "Asks for a tool it was not offered, or one that does not exist.",
  severity: "medium",
  cannotSee:
    "A known tool that is the wrong one for the job, and one that nobody offered and that worked all the same. Where a log does not say which tools were offered with every call, only the tool's own answer tells.",
  find: (scene) => {
    const known = offeredNames(scene);
    const called = scene.calls.flatMap((call) => callSighting(call, known, scene));
    const names = new Set(scene.calls.map(({ tool }) => tool));
    return [...called, ...(known ? requestSightings(scene, known, names) : [])];
  },
};

function callSighting(call: ToolCall, known: ReadonlySet<string> | undefined, scene: Scene): Sighting[] {
  const evidence = eventsOfCall(call);
  const isKnown = !known || call.called.declaration !== undefined || isOffered(call.tool, known);
  const said =
    call.failure !== null ? call.failure : isKnown ? "" : scene.resultText(call).slice(0, ANSWER_CHARACTERS_MAX);
  if (NO_SUCH_TOOL.test(said)) {
    const explanation = `It called ${cutText(call.tool)}, which answered that there is no such tool: ${cutText(said)}`;
    return [{ severity: "medium", explanation, evidence }];
  }
  // What worked is there, whoever offered it: frameworks add tools of their own.
  if (isKnown || hasSucceeded(call)) return [];
  const explanation = notOffered(`It called ${cutText(call.tool)}`, call.tool, known);
  return [{ severity: "medium", explanation, evidence }];
}

/** Asked for and never called: the framework answered for a tool it does not have. */
function requestSightings(
  { events }: Scene,
  known: ReadonlySet<string>,
  called: ReadonlySet<string>,
): readonly Sighting[] {
  return events.flatMap((event) => {
    if (event.type !== "model.returned") return [];
    const asked = new Set(event.message?.toolRequests?.map(({ tool }) => tool));
    return [...asked]
      .filter((tool) => !called.has(tool) && !isOffered(tool, known))
      .map((tool): Sighting => {
        const explanation = notOffered(`The model asked for ${cutText(tool)}`, tool, known);
        return { severity: "medium", explanation, evidence: [event.seq] };
      });
  });
}

function notOffered(what: string, tool: string, known: ReadonlySet<string>): string {
  const near = nearestName(tool, [...known]);
  return `${what}, which it was not offered${near === undefined ? "" : `; ${near} is the nearest that it was`}.`;
}

/** Undefined where the log does not say of every model call that asked for a tool what it was offered. */
function offeredNames({ events, offered }: Scene): ReadonlySet<string> | undefined {
  const names = new Set(offered.keys());
  const offeredByEffect = new Map<number, number>();
  let isSure = true;
  for (const event of events) {
    if (event.type === "run.started") for (const { name } of event.tools ?? []) names.add(name);
    if (event.type === "model.called") {
      offeredByEffect.set(event.effect, event.toolNames.length);
      for (const name of event.toolNames) names.add(name);
    }
    if (event.type !== "model.returned" || (event.message?.toolRequests?.length ?? 0) === 0) continue;
    if ((offeredByEffect.get(event.effect) ?? 0) === 0 && names.size === 0) isSure = false;
  }
  return isSure && names.size > 0 ? names : undefined;
}

/** Frameworks put the server's name before the tool's, or leave it away. */
function isOffered(tool: string, known: ReadonlySet<string>): boolean {
  if (known.has(tool)) return true;
  const last = lastPart(tool);
  return known.has(last) || [...known].some((name) => lastPart(name) === tool);
}

function lastPart(tool: string): string {
  return tool.split(/[./]|__/).at(-1) ?? tool;
}
