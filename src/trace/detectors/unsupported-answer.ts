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
  if (text.length < CHARACTERS_MIN || hedges(text)) return false;
  if (!/[.!\n]|[^?]$/.test(text.trim())) return false;
  return !stanceOf(text).admitsFailure && !partClaimsOf(text).admitsPart;
}

function hedges(text: string): boolean {
  return HEDGES.test(text.replaceAll("\u2019", "'"));
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

/** One look at a document or record. */
interface Look {
  readonly record: Readonly<Record<string, Json | undefined>>;
  readonly call: ToolCall;
}

function answersToConflicts(scene: Scene, looked: ReadonlySet<ToolCall>): Sighting[] {
  const sightings: Sighting[] = [];
  const known = new Map<string, readonly Look[]>();
  let conflicts: Conflict[] = [];
  for (const moment of scene.timeline) {
    if (moment.kind === "call" && looked.has(moment.call)) {
      conflicts = [...conflicts, ...conflictsWith(moment.call, known)].slice(0, CONFLICTS_MAX);
    } else if (moment.kind === "call" && natureOf(moment.call.tool, scene.declarations) === "changes") {
      known.clear();
      conflicts = [];
    }
    if (moment.kind !== "answer" || conflicts.length === 0 || hedges(moment.said.text)) continue;
    const text = moment.said.text.toLowerCase();
    const told = conflicts.find(({ first, second }) => says(text, first.value) !== says(text, second.value));
    if (told) sightings.push(contradicted(told, moment.said));
    if (told) conflicts = [];
  }
  return sightings;
}

/** With more that nobody told so far, each answer would be searched for too many. */
const CONFLICTS_MAX = 500;
const LOOKS_KEPT = 3;

/** What the call's result says otherwise than earlier ones. It is known from then on. */
function conflictsWith(call: ToolCall, known: Map<string, readonly Look[]>): Conflict[] {
  if (!hasSucceeded(call)) return [];
  return recordsIn(call).flatMap((record) => {
    const identity = IDENTITIES.find((name) => typeof record[name] === "string" || typeof record[name] === "number");
    if (identity === undefined) return [];
    const key = `${identity} ${String(record[identity])}`;
    const before = known.get(key) ?? [];
    if (before.length < LOOKS_KEPT) known.set(key, [...before, { record, call }]);
    return before.flatMap((earlier) => conflictsBetween(earlier, { record, call }, key));
  });
}

function conflictsBetween(left: Look, right: Look, what: string): Conflict[] {
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

/** @param text in lower case */
function says(text: string, value: Json): boolean {
  const wanted = String(value).toLowerCase();
  const at = text.indexOf(wanted);
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
