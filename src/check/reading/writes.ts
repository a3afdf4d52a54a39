import type { RunEvent, ToolDeclaration } from "../../domain/index.ts";
import { canonicalJson, isJsonObject, type Json } from "../../kernel/index.ts";
import { matchesSomeName } from "../text-schemas.ts";
import { comparableArguments } from "./comparable-arguments.ts";
import { declarationsOf, isRisky } from "./declarations.ts";
import { hasSucceeded, toolCallsOf } from "./tool-calls.ts";

/** How to tell tools that change something, where they are not declared. */
export interface WriteSigns {
  /** Names of tools that change something. */
  readonly writes?: readonly string[] | undefined;
  /** Names of tools that change nothing. */
  readonly reads?: readonly string[] | undefined;
  /** Also those that a later call did over. */
  readonly everyWrite?: boolean | undefined;
}

/** A call that changed something. */
export interface Write {
  readonly tool: string;
  readonly arguments: Json;
  /** Equal for calls that ask for the same. */
  readonly key: string;
  /** Of the events it rests on. */
  readonly seqs: readonly number[];
}

/**
 * What a run changed, by its calls: those that succeeded, of tools that change something, in order. A call that sets
 * what an earlier one of the same tool set, on the same thing, takes its place.
 */
export function writesOf(events: readonly RunEvent[], signs: WriteSigns = {}): readonly Write[] {
  const declarations = declarationsOf(events);
  const writes = toolCallsOf(events)
    .filter((call) => hasSucceeded(call) && changesThings(call.tool, declarations, signs))
    .map((call) => ({
      ...asWrite({ tool: call.tool, arguments: call.called.arguments }),
      seqs: [call.called.seq, ...(call.returned ? [call.returned.seq] : [])],
    }));
  return signs.everyWrite ? writes : lastOfEach(writes);
}

/** A call as it is compared. */
export function asWrite({ tool, arguments: given }: { readonly tool: string; readonly arguments: Json }): Write {
  return { tool, arguments: given, key: `${tool} ${canonicalJson(comparableArguments(given))}`, seqs: [] };
}

/** What the tool was declared as; where nobody said, what the signs say, and then what its name says. */
export function changesThings(
  tool: string,
  declarations: ReadonlyMap<string, ToolDeclaration>,
  { writes = [], reads = [] }: WriteSigns = {},
): boolean {
  if (matchesSomeName(writes, tool)) return true;
  if (matchesSomeName(reads, tool)) return false;
  return isRisky({ tool }, declarations) ?? !namesNoChange(tool);
}

export function lastOfEach(writes: readonly Write[]): readonly Write[] {
  const lastIndexes = new Map(writes.map((write, index) => [placeOf(write, index), index]));
  return writes.filter((write, index) => lastIndexes.get(placeOf(write, index)) === index);
}

/** Verbs of tools that look, count or think. */
const LOOKS =
  /^(?:get|list|find|search|read|fetch|look|lookup|check|calculate|compute|count|think|show|view|describe|query|verify|validate|retrieve|browse|inspect|preview|estimate|compare)$/;
/** Handing over to a person changes nothing but who answers. */
const HANDS_OVER =
  /^(?:transfer|hand|escalate|handoff|handover)\b.*\b(?:human|person|agents?|support|staff|representative)\b/;
/** Verbs of tools that say what something is from now on. */
const SETS = /^(?:set|update|modify|change|edit|replace|rename|put|overwrite)$/;

/** By the verb that its name begins or ends with: `get_order`, `orders.get`, `orderLookup`. */
function namesNoChange(tool: string): boolean {
  const words = wordsOf(tool.split(/[./:]|__/).at(-1) ?? tool);
  if (HANDS_OVER.test(words.join(" "))) return true;
  const [first = "", second = ""] = words;
  if (first === "check" && (second === "in" || second === "out")) return false;
  return LOOKS.test(first) || /^(?:get|fetch|lookup)$/.test(words.at(-1) ?? "");
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Equal for calls of which the later one does the earlier one over; each call's own for tools that do not set anything. */
function placeOf({ tool, arguments: given }: Write, index: number): string {
  const thing = wordsOf(tool).some((word) => SETS.test(word)) ? thingOf(tool, given) : undefined;
  return thing === undefined ? `call ${index}` : `${tool} ${thing}`;
}

/**
 * The thing a call is about: its ids, without those of what the tool's name says is set on it. `modify_order_payment`
 * with an order's and a payment's id is about the order.
 */
function thingOf(tool: string, given: Json): string | undefined {
  if (!isJsonObject(given)) return undefined;
  const words = wordsOf(tool);
  const ids = Object.keys(given)
    .filter((name) => wordsOf(name).at(-1) === "id")
    .map((name) => ({ name, place: Math.min(...wordsOf(name).map((word) => placeIn(words, word))) }));
  const first = Math.min(...ids.map(({ place }) => place));
  const own = ids.filter(({ place }) => place === first || place === Infinity);
  return own.length === 0 ? undefined : canonicalJson(own.map(({ name }) => [name, given[name] ?? null]));
}

function placeIn(words: readonly string[], word: string): number {
  const index = words.indexOf(word);
  return index === -1 ? Infinity : index;
}
