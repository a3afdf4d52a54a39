import { cutText, eventsOfCall, hasSucceeded, type ToolCall } from "../../check/index.ts";
import { LIMITS, nearestName } from "../../kernel/index.ts";
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
    const offered = offeredNames(scene);
    const missing = [
      ...scene.calls.flatMap((call) => missingInCall(call, offered, scene)),
      ...(offered ? missingInRequests(scene, offered) : []),
    ];
    // To find the nearest name takes long: only for those that are told.
    return missing.slice(0, LIMITS.findingsPerDetectorMax).map((each) => sightingOf(each, offered));
  },
};

interface Missing {
  readonly tool: string;
  readonly what: string;
  /** What it answered, where it said that there is no such tool. */
  readonly said?: string;
  readonly evidence: readonly number[];
}

function missingInCall(call: ToolCall, offered: Offered | undefined, scene: Scene): Missing[] {
  const { tool } = call;
  const found = { tool, what: `It called ${cutText(tool)}`, evidence: eventsOfCall(call) };
  const isKnown = !offered || call.called.declaration !== undefined || isOffered(tool, offered);
  const said =
    call.failure !== null ? call.failure : isKnown ? "" : scene.resultText(call).slice(0, ANSWER_CHARACTERS_MAX);
  if (NO_SUCH_TOOL.test(said)) return [{ ...found, said }];
  // What worked is there, whoever offered it: frameworks add tools of their own.
  return isKnown || hasSucceeded(call) ? [] : [found];
}

/** Asked for and never called: the framework answered for a tool it does not have. */
function missingInRequests({ events, calls }: Scene, offered: Offered): Missing[] {
  const called = new Set(calls.map(({ tool }) => tool));
  return events.flatMap((event) => {
    if (event.type !== "model.returned") return [];
    const asked = new Set(event.message?.toolRequests?.map(({ tool }) => tool));
    return [...asked]
      .filter((tool) => !called.has(tool) && !isOffered(tool, offered))
      .map((tool) => ({ tool, what: `The model asked for ${cutText(tool)}`, evidence: [event.seq] }));
  });
}

function sightingOf({ tool, what, said, evidence }: Missing, offered: Offered | undefined): Sighting {
  if (said !== undefined) {
    const explanation = `${what}, which answered that there is no such tool: ${cutText(said)}`;
    return { severity: "medium", explanation, evidence };
  }
  const near = nearestName(tool, [...(offered?.names ?? [])]);
  const explanation = `${what}, which it was not offered${near === undefined ? "" : `; ${near} is the nearest that it was`}.`;
  return { severity: "medium", explanation, evidence };
}

interface Offered {
  readonly names: ReadonlySet<string>;
  /** Of names with a server before them. */
  readonly lastParts: ReadonlySet<string>;
}

/** Undefined where the log does not say of every model call that asked for a tool what it was offered. */
function offeredNames({ events, offered }: Scene): Offered | undefined {
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
  return isSure && names.size > 0 ? { names, lastParts: new Set([...names].map(lastPart)) } : undefined;
}

/** Frameworks put the server's name before the tool's, or leave it away. */
function isOffered(tool: string, { names, lastParts }: Offered): boolean {
  return names.has(tool) || names.has(lastPart(tool)) || lastParts.has(tool);
}

function lastPart(tool: string): string {
  return tool.split(/[./]|__/).at(-1) ?? tool;
}
