import type { CheckSpec, Finding, RunEvent } from "../../domain/index.ts";
import { changesThings, declarationsOf } from "../../check/index.ts";
import type { Json } from "../../kernel/index.ts";

/** What of the run a finding rests on. */
interface FoundIn {
  readonly events: readonly RunEvent[];
  /** Calls among the finding's evidence. */
  readonly calls: readonly RunEvent<"tool.called">[];
}

type Propose = (found: FoundIn) => readonly CheckSpec[];

/** What a case demands so that a pattern does not come again, by the detector that found it. */
const PROPOSALS: Readonly<Record<string, Propose>> = {
  "no-progress-repeat": () => [{ noEndlessRepeat: { times: 3 } }, { noEndlessRepeat: { times: 2 } }],
  "agent-loop": () => [{ noEndlessRepeat: { times: 3 } }, { noEndlessRepeat: { times: 2 } }],
  "success-after-failure": ({ calls, events }) => [
    { noSuccessAfterFailedTool: {} },
    { noSuccessAfterFailedTool: { tools: namesOf(calls.length > 0 ? calls : calledIn(events)) } },
  ],
  "unknown-tool": ({ events }) => {
    const known = offeredIn(events);
    return known.length === 0 ? [] : [{ toolsAllowed: { tools: known } }];
  },
  "missing-approval": ({ calls, events }) =>
    namesOf(changing(calls, events)).map((tool) => ({ never: { tool, unless: "approval" } })),
  "injected-instruction": neverAgain,
  "policy-violation": (found) => [{ permissions: {} }, ...neverAgain(found)],
  "restricted-data": () => [{ permissions: {} }],
};

/** Most telling first; none where nothing in the catalogue says what was wrong. */
export function checksOfFinding(finding: Finding, events: readonly RunEvent[]): readonly CheckSpec[] {
  const evidence = new Set(finding.evidence);
  const effects = new Set(
    events.flatMap((event) => (evidence.has(event.seq) && event.type.startsWith("tool.") ? [effectOf(event)] : [])),
  );
  const calls = calledIn(events).filter((event) => effects.has(event.effect));
  return PROPOSALS[finding.detector]?.({ events, calls }) ?? [];
}

/** The very calls that did it. */
function neverAgain({ calls, events }: FoundIn): readonly CheckSpec[] {
  const harmful = changing(calls, events);
  return (harmful.length > 0 ? harmful : calls).map(({ tool, arguments: given }) => ({
    never: { tool, arguments: literal(given) },
  }));
}

/** Lists and texts stand for themselves in a pattern of arguments; so does all else where it is said to be equal. */
function literal(given: Json): Json {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return {};
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { equals: value ?? null }]));
}

function changing(calls: readonly RunEvent<"tool.called">[], events: readonly RunEvent[]) {
  const declarations = declarationsOf(events);
  return calls.filter(({ tool }) => changesThings(tool, declarations));
}

function calledIn(events: readonly RunEvent[]): RunEvent<"tool.called">[] {
  return events.filter((event) => event.type === "tool.called");
}

function namesOf(calls: readonly { readonly tool: string }[]): string[] {
  return [...new Set(calls.map(({ tool }) => tool))].sort();
}

function offeredIn(events: readonly RunEvent[]): string[] {
  const names = events.flatMap((event) => {
    if (event.type === "run.started") return (event.tools ?? []).map(({ name }) => name);
    return event.type === "model.called" ? event.toolNames : [];
  });
  return [...new Set(names)].sort();
}

function effectOf(event: RunEvent): number {
  return "effect" in event && event.effect !== undefined ? event.effect : -1;
}
