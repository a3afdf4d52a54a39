import {
  cutText,
  eventsOfCall,
  hasSucceeded,
  natureOf,
  partClaimsOf,
  stanceOf,
  type ToolCall,
} from "../../check/index.ts";
import type { Json } from "../../kernel/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import { isEmptyHanded, isRetrieval, recordsIn } from "./retrieval.ts";
import type { Said, Scene } from "./scene.ts";

/** Any word that takes something back or leaves it open. English. */
const HEDGES =
  /\b(?:no|not|none|nothing|never|neither|cannot|unable|without|unfortunately|however|may|might|could|possibly|perhaps|probably|likely|usually|typically|generally|in general|general knowledge|i (?:think|believe|assume)|unclear|unsure|conflict\w*|discrepan\w*|inconsisten\w*|differ(?:s|ent|ing|ence)?|contradict\w*|both|either|two versions|verify|double-check)\b|n't\b/i;
const CHARACTERS_MIN = 40;

/** It looked something up, got nothing or two different things, and answered as if that were clear. */
export const unsupportedAnswer: Detector = {
  name: "unsupported-answer",
  summary: "Answers with confidence although what it looked up came back empty, or contradicts itself.",
  severity: "medium",
  cannotSee:
    "Answers that go beyond what was found, documents that contradict each other in prose, and retrieval that is no tool call. Confidence is the lack of English words that hedge; what the model knows by itself looks unsupported too.",
  find: (scene) => {
    const looked = scene.calls.filter((call) => isRetrieval(call, scene.declarations));
    return looked.length === 0
      ? []
      : [...answersToNothing(scene, new Set(looked)), ...answersToConflicts(scene, new Set(looked))];
  },
};

/** Within one turn of the user, all that was read came back empty. */
function answersToNothing(scene: Scene, looked: ReadonlySet<ToolCall>): Sighting[] {
  const sightings: Sighting[] = [];
  let empty: ToolCall[] = [];
  let hasFound = false;
  for (const moment of scene.timeline) {
    if (moment.kind === "user") [empty, hasFound] = [[], false];
    else if (moment.kind === "call" && looked.has(moment.call) && isEmptyHanded(moment.call)) empty.push(moment.call);
    else if (moment.kind === "call") hasFound ||= hasSucceeded(moment.call);
    else if (empty.length > 0 && !hasFound && isConfident(moment.said)) {
      sightings.push(nothingFound(empty, moment.said));
      empty = [];
    }
  }
  return sightings;
}

function nothingFound(empty: readonly ToolCall[], answer: Said): Sighting {
  return {
    severity: "medium",
    explanation: `${empty[0]?.tool ?? "What it looked up"} found nothing, and the answer does not say so: "${cutText(answer.text)}"`,
    evidence: [...empty.flatMap(eventsOfCall), answer.seq],
  };
}

function isConfident({ text }: Said): boolean {
  if (text.length < CHARACTERS_MIN || HEDGES.test(text.replaceAll("\u2019", "'"))) return false;
  if (!/[.!\n]|[^?]$/.test(text.trim())) return false;
  return !stanceOf(text).admitsFailure && !partClaimsOf(text).admitsPart;
}

/** By which a document or record is known again. */
const IDENTITIES = ["id", "_id", "document_id", "doc_id", "documentId", "source", "source_id", "url", "slug", "title"];
/** Differ from reading to reading without a contradiction. */
const PASSING =
  /^(?:score|rank|distance|similarity|relevance|position|index|page|snippet|highlight|chunk|text|content|body|summary|embedding|offset|.*(?:_at|At|_ms|Ms|time|timestamp|date))$/;
const SAME_SHAPE = 0.6;

interface Fact {
  readonly value: Json;
  readonly call: ToolCall;
}

interface Conflict {
  readonly what: string;
  readonly first: Fact;
  readonly second: Fact;
}

function answersToConflicts(scene: Scene, looked: ReadonlySet<ToolCall>): Sighting[] {
  const sightings: Sighting[] = [];
  const known = new Map<
    string,
    { readonly record: Readonly<Record<string, Json | undefined>>; readonly call: ToolCall }[]
  >();
  let conflicts: Conflict[] = [];
  for (const moment of scene.timeline) {
    if (
      moment.kind === "call" &&
      !looked.has(moment.call) &&
      natureOf(moment.call.tool, scene.declarations) === "changes"
    ) {
      known.clear();
      conflicts = [];
    }
    if (moment.kind === "call" && looked.has(moment.call) && hasSucceeded(moment.call)) {
      for (const record of recordsIn(moment.call)) {
        const identity = IDENTITIES.find(
          (name) => typeof record[name] === "string" || typeof record[name] === "number",
        );
        if (identity === undefined) continue;
        const key = `${identity} ${String(record[identity])}`;
        const before = known.get(key) ?? [];
        for (const earlier of before) conflicts.push(...conflictsBetween(earlier, { record, call: moment.call }, key));
        if (before.length < 3) known.set(key, [...before, { record, call: moment.call }]);
      }
    }
    if (moment.kind !== "answer" || conflicts.length === 0 || HEDGES.test(moment.said.text)) continue;
    const { said } = moment;
    const told = conflicts.find(({ first, second }) => says(said, first.value) !== says(said, second.value));
    if (told) sightings.push(contradicted(told, said));
    if (told) conflicts = [];
  }
  return sightings;
}

function conflictsBetween(
  left: { readonly record: Readonly<Record<string, Json | undefined>>; readonly call: ToolCall },
  right: { readonly record: Readonly<Record<string, Json | undefined>>; readonly call: ToolCall },
  what: string,
): Conflict[] {
  const names = Object.keys(left.record);
  const shared = names.filter((name) => Object.hasOwn(right.record, name));
  if (shared.length / Math.max(names.length, Object.keys(right.record).length) < SAME_SHAPE) return [];
  return shared.flatMap((name) => {
    const [first, second] = [left.record[name], right.record[name]];
    if (PASSING.test(name) || !isScalar(first) || !isScalar(second) || first === second) return [];
    return [
      {
        what: `${name} of ${what}`,
        first: { value: first, call: left.call },
        second: { value: second, call: right.call },
      },
    ];
  });
}

function isScalar(value: Json | undefined): value is string | number {
  return typeof value === "number" || (typeof value === "string" && value.length > 0 && value.length <= 80);
}

function says({ text }: Said, value: Json): boolean {
  const wanted = String(value).toLowerCase();
  const at = text.toLowerCase().indexOf(wanted);
  if (at === -1) return false;
  return !/[\p{L}\p{N}]/u.test(text[at - 1] ?? " ") && !/[\p{L}\p{N}]/u.test(text[at + wanted.length] ?? " ");
}

function contradicted({ what, first, second }: Conflict, answer: Said): Sighting {
  const values = `${cutText(String(first.value))} and ${cutText(String(second.value))}`;
  return {
    severity: "medium",
    explanation: `What it looked up gives two values for ${cutText(what)} (${values}), and the answer takes one without a word.`,
    evidence: [...eventsOfCall(first.call), ...eventsOfCall(second.call), answer.seq],
  };
}
