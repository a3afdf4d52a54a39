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
    const order = orderOf(scene);
    const grants = scene.events.find((event) => event.type === "run.started")?.user?.grants;
    return scene.calls.flatMap((call) => {
      const why =
        brokenToolRule(call.tool, scene.rules) ??
        brokenLimit(call, scene.rules) ??
        brokenOrder(call, order) ??
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

function brokenOrder({ tool, called }: ToolCall, order: readonly OrderRule[]): string | undefined {
  const broken = order.find(({ next, workedSeq }) => matchesName(next, tool) && workedSeq >= called.seq);
  return broken && `before ${broken.first} had worked, which its rules ask for first`;
}

interface OrderRule {
  readonly first: string;
  readonly next: string;
  /** Where `first` gave a result without a failure for the first time. */
  readonly workedSeq: number;
}

function orderOf({ calls, rules }: Scene): readonly OrderRule[] {
  return (rules.order ?? []).map(({ first, next }) => {
    const seqs = calls.flatMap((call) =>
      hasSucceeded(call) && call.returned && matchesName(first, call.tool) ? call.returned.seq : [],
    );
    return { first, next, workedSeq: seqs.reduce((least, seq) => Math.min(least, seq), Infinity) };
  });
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
