import { eventsOfCall, hasSucceeded, showList, showTimes, type ToolCall, wordsOfName } from "../../check/index.ts";
import { isJsonObject } from "../../kernel/index.ts";
import type { Detector, Sighting } from "./detector.ts";

/** Rounds of handing over in a circle before it is a loop. */
const ROUNDS = 3;
const CIRCLE_MAX = 4;

const HANDS_OVER = /^(?:transfer|hand_?off|hand_over|delegate|route|switch|forward|call)(?:_back)?(?:_to)?(?:_(.+))?$/;
const TARGETS = [
  "agent",
  "agent_name",
  "agentName",
  "recipient",
  "target",
  "to",
  "coworker",
  "assistant",
  "destination",
  "next",
];
const PEOPLE = /\b(?:human|person|people|representative|live|user)s?\b/;
/** Of a name such as `transfer_money_to_bob`, the end is no agent. */
const NO_AGENT = /\b(?:money|funds|file|files|call|calls|payment|balance|ownership|amount)\b/;

interface HandOver {
  readonly to: string;
  readonly call: ToolCall;
}

/** Agents that hand a matter to each other in a circle, and nobody does anything in between. */
export const agentLoop: Detector = {
  name: "agent-loop",
  summary: "Agents hand over to each other in a circle, and nothing else happens in between.",
  severity: "high",
  cannotSee:
    "Hand-overs that are no tool call with a telling name (`transfer_to_x`, `handoff` with an `agent`), and circles in which each agent does some work that leads nowhere.",
  find: ({ timeline }) => {
    const sightings: Sighting[] = [];
    let stretch: HandOver[] = [];
    const close = () => {
      sightings.push(...circlesIn(stretch));
      stretch = [];
    };
    for (const moment of timeline) {
      if (moment.kind !== "call") {
        close();
        continue;
      }
      const to = targetOf(moment.call);
      if (to !== undefined) stretch.push({ to, call: moment.call });
      else if (hasSucceeded(moment.call)) close();
    }
    close();
    return sightings;
  },
};

function targetOf({ tool, called }: ToolCall): string | undefined {
  const match = HANDS_OVER.exec(wordsOfName(tool).join("_"));
  if (!match) return undefined;
  const named = match[1]?.replaceAll("_", " ");
  if (named !== undefined && NO_AGENT.test(named)) return undefined;
  const given = isJsonObject(called.arguments) ? called.arguments : {};
  const told = TARGETS.map((key) => given[key]).find((value) => typeof value === "string" && value !== "");
  const isGeneric = named === undefined || /^(?:an? )?(?:agent|assistant|coworker|colleague|work|task)$/.test(named);
  const target = isGeneric ? told : named;
  return typeof target !== "string" || PEOPLE.test(target.toLowerCase()) ? undefined : target.toLowerCase();
}

/** The stretches of hand-overs that go round, the shortest circle that explains each. */
function circlesIn(stretch: readonly HandOver[]): Sighting[] {
  const sightings: Sighting[] = [];
  let start = 0;
  while (start < stretch.length) {
    const circle = circleFrom(stretch, start);
    if (circle) sightings.push(sightingOf(stretch.slice(start, circle.end), circle.size));
    start = circle ? circle.end : start + 1;
  }
  return sightings;
}

function circleFrom(
  stretch: readonly HandOver[],
  start: number,
): { readonly size: number; readonly end: number } | undefined {
  for (let size = 1; size <= CIRCLE_MAX; size += 1) {
    let end = start + size;
    while (end < stretch.length && stretch[end]?.to === stretch[end - size]?.to) end += 1;
    if (end - start >= size * ROUNDS) return { size, end };
  }
  return undefined;
}

function sightingOf(circle: readonly HandOver[], size: number): Sighting {
  const agents = circle.slice(0, size).map(({ to }) => to);
  return {
    severity: circle.length >= size * ROUNDS * 2 ? "high" : "medium",
    explanation: `It was handed to ${showList(agents)} ${showTimes(Math.floor(circle.length / size))} in a row, and nothing else was done in between.`,
    evidence: circle.flatMap(({ call }) => eventsOfCall(call)),
  };
}
