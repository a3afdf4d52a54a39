import type { RunEvent, ToolDeclaration } from "../../domain/index.ts";
import { canonicalJson, isJsonObject, type Json } from "../../kernel/index.ts";
import { matchesSomeName } from "../text-schemas.ts";
import { comparableArguments } from "./comparable-arguments.ts";
import { declarationsOf, isRisky } from "./declarations.ts";
import { hasSucceeded, toolCallsOf } from "./tool-calls.ts";
import { natureOf, ownWordsOfName, wordsOfName } from "./tool-nature.ts";

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
  // What only seems to read may change something.
  return isRisky({ tool }, declarations) ?? !(passesOn(tool) || natureOf(tool, declarations) === "reads");
}

export function lastOfEach(writes: readonly Write[]): readonly Write[] {
  const lastIndexes = new Map(writes.map((write, index) => [placeOf(write, index), index]));
  return writes.filter((write, index) => lastIndexes.get(placeOf(write, index)) === index);
}

/** To a person or another agent: it changes nothing but who answers. */
function passesOn(tool: string): boolean {
  return PASSES_ON.test(ownWordsOfName(tool).join(" "));
}

const PASSES_ON =
  /^(?:transfer|hand|escalate|handoff|handover)\b.*\b(?:human|person|agents?|support|staff|representative)\b/;

/** Verbs of tools that say what something is from now on. */
const SETS = /^(?:set|update|modify|change|edit|replace|rename|put|overwrite)$/;

/** Equal for calls of which the later one does the earlier one over; each call's own for tools that do not set anything. */
function placeOf({ tool, arguments: given }: Write, index: number): string {
  const thing = wordsOfName(tool).some((word) => SETS.test(word)) ? thingOf(tool, given) : undefined;
  return thing === undefined ? `call ${index}` : `${tool} ${thing}`;
}

/**
 * The thing a call is about: its ids, without those of what the tool's name says is set on it. `modify_order_payment`
 * with an order's and a payment's id is about the order.
 */
function thingOf(tool: string, given: Json): string | undefined {
  if (!isJsonObject(given)) return undefined;
  const words = wordsOfName(tool);
  const ids = Object.keys(given)
    .filter((name) => wordsOfName(name).at(-1) === "id")
    .map((name) => ({ name, place: Math.min(...wordsOfName(name).map((word) => placeIn(words, word))) }));
  const first = Math.min(...ids.map(({ place }) => place));
  const own = ids.filter(({ place }) => place === first || place === Infinity);
  return own.length === 0 ? undefined : canonicalJson(own.map(({ name }) => [name, given[name] ?? null]));
}

function placeIn(words: readonly string[], word: string): number {
  const index = words.indexOf(word);
  return index === -1 ? Infinity : index;
}
