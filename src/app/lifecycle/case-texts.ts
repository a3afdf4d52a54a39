import { canonicalJson, isJsonObject, type Json, toJson } from "../../kernel/index.ts";
import type { EvalCase, RunEvent } from "../../domain/index.ts";
import { type LoadedSuite, toolsNamed } from "../../eval/index.ts";
import type { CaseText } from "../../eval/lifecycle/index.ts";

/** What the cases of a suite's files ask, stand in and name. */
export function caseTexts(suite: LoadedSuite): Map<string, CaseText> {
  return new Map(suite.cases.map((each) => [each.id, caseText(each)]));
}

function caseText({ input, history, simulatedUser, user, world, checks }: EvalCase): CaseText {
  const { modelReplay: _model, userReplay: _user, ...stands } = world;
  const named = checks.filter((spec) => !("toolsAllowed" in spec));
  return {
    input: textsIn(toJson([input, history ?? [], simulatedUser ?? {}])).join("\n"),
    world: canonicalJson(toJson([stands, user])),
    namedTools: toolsNamed([named, world.approvals, world.faults ?? []]),
  };
}

/** For cases that only logs tell of: what the user said first. */
export function loggedText(events: readonly RunEvent[]): CaseText {
  const said = events.flatMap((event) =>
    event.type === "message.received" && event.from === "user" ? [event.content] : [],
  );
  return { input: said[0] ?? "", world: "", namedTools: [] };
}

/** Every text among the values; keys are the format's. */
function textsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isJsonObject(value)) {
    return Object.values(value).flatMap((member) => (member === undefined ? [] : textsIn(member)));
  }
  return value === null ? [] : [String(value)];
}
