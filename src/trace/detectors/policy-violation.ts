import {
  eventsOfCall,
  hasSucceeded,
  matchesName,
  matchesSomeName,
  showList,
  type ToolCall,
} from "../../check/index.ts";
import { valueAtPath } from "../../kernel/index.ts";
import type { AgentRules } from "./agent-rules.ts";
import type { Detector, Sighting } from "./detector.ts";
import type { Scene } from "./scene.ts";

/** What the agent's owner forbade in plain data, and permissions the user does not hold. */
export const policyViolation: Detector = {
  name: "policy-violation",
  summary: "Breaks a rule that the agent declares: tools, amounts, order, or permissions the user does not hold.",
  severity: "high",
  cannotSee:
    "Policies written as prose, and anything that no rule says. Without rules and declarations it finds nothing.",
  find: (scene) => {
    const firstSuccess = firstSuccesses(scene);
    const grants = scene.events.find((event) => event.type === "run.started")?.user?.grants;
    return scene.calls.flatMap((call) => {
      const why =
        brokenToolRule(call.tool, scene.rules) ??
        brokenLimit(call, scene.rules) ??
        brokenOrder(call, scene.rules, firstSuccess) ??
        missingGrant(call, scene, grants);
      return why === undefined ? [] : [sightingOf(call, why)];
    });
  },
};

function brokenToolRule(tool: string, { allowedTools, forbiddenTools = [] }: AgentRules): string | undefined {
  if (matchesSomeName(forbiddenTools, tool)) return "which its rules forbid";
  if (allowedTools && !matchesSomeName(allowedTools, tool)) return "which is none of the tools its rules allow";
  return undefined;
}

function brokenLimit({ tool, called }: ToolCall, { limits = [] }: AgentRules): string | undefined {
  const broken = limits.find(
    (limit) => matchesName(limit.tool, tool) && Number(valueAtPath(called.arguments, limit.argument)) > limit.atMost,
  );
  if (!broken) return undefined;
  const amount = Number(valueAtPath(called.arguments, broken.argument));
  return `with ${broken.argument} ${amount}, above the ${broken.atMost} its rules allow`;
}

function brokenOrder(
  { tool, called }: ToolCall,
  { order = [] }: AgentRules,
  firstSuccess: ReadonlyMap<string, number>,
): string | undefined {
  const broken = order.find(
    ({ first, next }) =>
      matchesName(next, tool) && ![...firstSuccess].some(([name, seq]) => matchesName(first, name) && seq < called.seq),
  );
  return broken && `before ${broken.first} had worked, which its rules ask for first`;
}

/** Where each tool first gave a result without a failure. */
function firstSuccesses({ calls, rules }: Scene): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  if (!rules.order) return first;
  for (const call of calls) {
    if (hasSucceeded(call) && !first.has(call.tool)) first.set(call.tool, call.returned?.seq ?? Infinity);
  }
  return first;
}

function missingGrant({ tool }: ToolCall, scene: Scene, grants: readonly string[] | undefined): string | undefined {
  if (!grants) return undefined;
  const missing = (scene.declarations.get(tool)?.permissions ?? []).filter((needed) => !grants.includes(needed));
  return missing.length === 0 ? undefined : `for which the user has no grant (${showList(missing)})`;
}

function sightingOf(call: ToolCall, why: string): Sighting {
  return {
    severity: call.failure === null ? "high" : "medium",
    explanation: `It called ${call.tool}, ${why}.`.replace(/, (with|before) /, " $1 "),
    evidence: eventsOfCall(call),
  };
}
