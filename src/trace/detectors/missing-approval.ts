import {
  approvalsOf,
  eventsOfCall,
  matchesName,
  showValue,
  standingApproval,
  type ToolCall,
} from "../../check/index.ts";
import { canonicalJson, valueAtPath } from "../../kernel/index.ts";
import type { AgentRules } from "./agent-rules.ts";
import type { Detector, Sighting } from "./detector.ts";
import type { Scene } from "./scene.ts";

type ApprovalRule = NonNullable<AgentRules["approvals"]>[number];

/** A yes in so many words, not a question and not a condition. English. */
const YES =
  /^\W*(?:yes|yep|yeah|sure|ok(?:ay)?|correct|right|confirm(?:ed)?|i (?:do )?confirm|i agree|agreed|go ahead|proceed|please (?:do|proceed|go ahead)|do it|absolutely|of course|sounds good|that(?:'s| is) (?:correct|right|fine|good))\b|\b(?:i (?:do )?confirm|(?:please )?(?:go ahead|proceed)|you (?:can|may) (?:go ahead|proceed))\b/i;
const NO = /^\W*no\b|\b(?:don't|do not|not yet|stop|wait|cancel that|hold on)\b/i;

/** A call that needs a yes was made without one. */
export const missingApproval: Detector = {
  name: "missing-approval",
  summary: "Makes a call that needs an approval, declared or by the agent's rules, without one that stands.",
  severity: "high",
  cannotSee:
    "Approvals given outside of what was recorded; most telemetry records none. What counts as the user's yes is read from English words.",
  find: (scene) => {
    const approvalsFor = indexApprovals(scene);
    return scene.calls.flatMap((call) => {
      const need = needOf(call, scene);
      if (need === undefined || isDeniedByTool(call)) return [];
      if (standingApproval(approvalsFor(call), call) || (need.by === "user" && hasUsersYes(call, scene))) return [];
      return [sightingOf(call, need)];
    });
  },
};

type Approvals = ReturnType<typeof approvalsOf>;

/** Those that may be about a call, so that a long run with many of them is not searched through for each call. */
function indexApprovals({ events }: Scene): (call: ToolCall) => Approvals {
  const byKey = Map.groupBy(approvalsOf(events), ({ tool = "", callId, arguments: given }) => {
    if (callId !== undefined) return `call ${callId}`;
    return given === undefined ? `tool ${tool}` : `with ${tool} ${canonicalJson(given)}`;
  });
  return ({ called, tool, signature }) =>
    [`call ${called.callId}`, `tool ${tool}`, `with ${signature}`]
      .flatMap((key) => byKey.get(key) ?? [])
      .sort((left, right) => left.decided.seq - right.decided.seq);
}

interface Need {
  readonly by: "person" | "user";
  readonly why: string;
}

function needOf({ tool, called }: ToolCall, { declarations, rules }: Scene): Need | undefined {
  if (declarations.get(tool)?.needsApproval) return { by: "person", why: "it is declared to need one" };
  const rule = rules.approvals?.find((each) => matchesName(each.tool, tool) && isAbove(called.arguments, each));
  if (!rule) return undefined;
  const above = rule.above === undefined ? "" : ` above ${rule.above}`;
  return { by: rule.by ?? "person", why: `the agent's rules ask for one${above}` };
}

function isAbove(given: ToolCall["called"]["arguments"], { argument, above }: ApprovalRule): boolean {
  if (argument === undefined || above === undefined) return true;
  return Number(valueAtPath(given, argument)) > above;
}

/** A tool that asks for the approval itself, and did nothing without it, did its duty. */
function isDeniedByTool({ failure }: ToolCall): boolean {
  return failure !== null && /\b(?:approv\w+|denied|declined|rejected|not permitted|forbidden)\b/i.test(failure);
}

function hasUsersYes({ called }: ToolCall, { requests }: Scene): boolean {
  const last = requests.findLast(({ seq }) => seq < called.seq);
  return last !== undefined && YES.test(last.text) && !NO.test(last.text);
}

function sightingOf(call: ToolCall, { by, why }: Need): Sighting {
  const whose = by === "user" ? "the user's yes" : "an approval";
  return {
    severity: call.failure === null ? "high" : "medium",
    explanation: `It called ${call.tool} with ${showValue(call.called.arguments)} without ${whose}; ${why}.`,
    evidence: eventsOfCall(call),
  };
}
