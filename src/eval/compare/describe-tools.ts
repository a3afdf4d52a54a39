import type { BehaviourDifference } from "./comparison.ts";
import { medians, ofTrials, shares, shareWords, TOLD_SHARE_CHANGE } from "./side-shares.ts";
import type { BehaviourPair, TrialBehaviour } from "./trial-behaviour.ts";

/** Of each kind; the rest is counted. */
const TOLD_MAX = 4;

/** Which tools are called, in which order and with which arguments, told where it changed. */
export function describeTools(pair: BehaviourPair): BehaviourDifference[] {
  const trials = [...pair.a, ...pair.b];
  const tools = [...new Set(trials.flatMap(({ sequence }) => sequence))];
  const onBothSides = tools.filter((tool) =>
    [pair.a, pair.b].every((side) => side.some((trial) => calls(trial, tool))),
  );
  return [
    ...strongest(
      "tool mix",
      tools.flatMap((tool) => mixChange(pair, tool)),
    ),
    ...strongest("tool order", orderChanges(pair, onBothSides)),
    ...strongest(
      "arguments",
      onBothSides.flatMap((tool) => argumentChange(pair, tool)),
    ),
  ];
}

interface Candidate {
  readonly size: number;
  readonly text: string;
}

function strongest(
  dimension: BehaviourDifference["dimension"],
  candidates: readonly Candidate[],
): BehaviourDifference[] {
  const sorted = candidates.toSorted((left, right) => right.size - left.size);
  const told = sorted.slice(0, TOLD_MAX).map(({ text }) => ({ dimension, text }));
  const rest = sorted.length - told.length;
  return rest > 0 ? [...told, { dimension, text: `and ${rest} more changes of ${dimension}` }] : told;
}

function mixChange(pair: BehaviourPair, tool: string): Candidate[] {
  const use = shares(pair, (trial) => calls(trial, tool));
  if (Math.abs(use.change) >= TOLD_SHARE_CHANGE) {
    const verb = use.change > 0 ? "now called" : use.b.count === 0 ? "no longer called" : "called less often:";
    const words = use.b.count === 0 ? `(before: in ${ofTrials(use.a)})` : shareWords(use);
    return [{ size: 1 + Math.abs(use.change), text: `${tool} ${verb} ${words}` }];
  }
  const { a, b } = medians(pair, (trial) => trial.argumentsByTool.get(tool)?.length ?? 0);
  if (Math.abs(b - a) < 1) return [];
  return [
    { size: Math.abs(b - a) / (a + b), text: `${tool} called ${a.toFixed(1)} -> ${b.toFixed(1)} times (median)` },
  ];
}

function orderChanges(pair: BehaviourPair, tools: readonly string[]): Candidate[] {
  return tools.flatMap((first) =>
    tools.flatMap((second) => {
      if (first === second) return [];
      const isBoth = (trial: TrialBehaviour) => calls(trial, first) && calls(trial, second);
      const both = { a: pair.a.filter(isBoth), b: pair.b.filter(isBoth) };
      if (both.a.length === 0 || both.b.length === 0) return [];
      const order = shares(both, ({ sequence }) => sequence.indexOf(first) < sequence.indexOf(second));
      if (order.change < TOLD_SHARE_CHANGE) return [];
      return [{ size: order.change, text: `${first} now called before ${second} ${shareWords(order)}` }];
    }),
  );
}

function argumentChange(pair: BehaviourPair, tool: string): Candidate[] {
  const keyOf = (trial: TrialBehaviour) => JSON.stringify(trial.argumentsByTool.get(tool) ?? []);
  const keysA = pair.a.filter((trial) => calls(trial, tool)).map(keyOf);
  const users = pair.b.filter((trial) => calls(trial, tool));
  const unseen = users.filter((trial) => !keysA.includes(keyOf(trial)));
  // How often a trial of A is new among the others of A: some arguments differ every time.
  const unseenInA = keysA.filter((key, index) => keysA.indexOf(key) === index && keysA.lastIndexOf(key) === index);
  const usualShare = keysA.length < 2 ? 0 : unseenInA.length / keysA.length;
  const change = unseen.length / users.length - usualShare;
  if (change < TOLD_SHARE_CHANGE) return [];
  const example = exampleChange(pair, tool);
  const where = ofTrials({ count: unseen.length, total: users.length });
  const text = `${tool} with arguments unknown from A in ${where}${example}`;
  return [{ size: change, text }];
}

/** One call that differs, before and after: the first trials that use the tool stand for their side. */
function exampleChange({ a, b }: BehaviourPair, tool: string): string {
  const before = a.find((trial) => calls(trial, tool))?.argumentsByTool.get(tool) ?? [];
  const after = b.find((trial) => calls(trial, tool))?.argumentsByTool.get(tool) ?? [];
  const old = before.find((text) => !after.includes(text));
  const fresh = after.find((text) => !before.includes(text));
  return old === undefined || fresh === undefined ? "" : `, e.g. ${cut(old)} -> ${cut(fresh)}`;
}

const EXAMPLE_LENGTH_MAX = 100;

function cut(text: string): string {
  return text.length > EXAMPLE_LENGTH_MAX ? `${text.slice(0, EXAMPLE_LENGTH_MAX - 1).toWellFormed()}…` : text;
}

function calls(trial: TrialBehaviour, tool: string): boolean {
  return trial.argumentsByTool.has(tool);
}
