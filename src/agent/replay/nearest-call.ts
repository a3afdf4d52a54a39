import type { RecordedToolCall, ReplayMiss } from "../../domain/index.ts";
import { canonicalJson, equalJson, isJsonObject, type Json, nearestName } from "../../kernel/index.ts";

type Call = { readonly tool: string; readonly arguments: Json };

/** The recorded call most like this one: of the same tool, with the most arguments in common; else of the tool with the nearest name. */
export function missOf(call: Call, recorded: readonly RecordedToolCall[]): ReplayMiss {
  const asked = { tool: call.tool, arguments: call.arguments };
  const ofTool = recorded.filter(({ tool }) => tool === call.tool);
  if (ofTool.length > 0) return { ...asked, nearest: mostAlike(call, ofTool) };
  const name = nearestName(call.tool, [...new Set(recorded.map(({ tool }) => tool))]);
  const named = recorded.filter(({ tool }) => tool === name);
  return named.length > 0 ? { ...asked, nearest: mostAlike(call, named) } : asked;
}

const SHOWN_MAX = 300;

/** What was asked for, and the nearest there is, in a sentence. */
export function explainMiss({ tool, arguments: given, nearest }: ReplayMiss): string {
  const asked = `the recording has no answer to ${say({ tool, arguments: given })}`;
  if (nearest === undefined) return `${asked}; it holds no call of a tool with such a name`;
  if (nearest.tool === tool && equalJson(nearest.arguments, given)) {
    return `${asked}: such a call was made more often than it was recorded`;
  }
  return `${asked}; the nearest recorded call is ${say(nearest)}${difference(given, nearest.arguments)}`;
}

function mostAlike(call: Call, recorded: readonly RecordedToolCall[]): Call {
  let best: { readonly score: number; readonly call: Call } | undefined;
  for (const { tool, arguments: given } of recorded) {
    const score = sharedMembers(call.arguments, given);
    if (best === undefined || score > best.score) best = { score, call: { tool, arguments: given } };
  }
  return best?.call ?? call;
}

/** Equal members less the others; texts that begin alike count a little. */
function sharedMembers(left: Json, right: Json): number {
  if (!isJsonObject(left) || !isJsonObject(right)) return equalJson(left, right) ? 1 : 0;
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.reduce((sum, name) => sum + (equalJson(left[name], right[name]) ? 1 : -1), 0);
}

function difference(given: Json, recorded: Json): string {
  if (!isJsonObject(given) || !isJsonObject(recorded)) return "";
  const names = [...new Set([...Object.keys(given), ...Object.keys(recorded)])];
  const differing = names.filter((name) => !equalJson(given[name], recorded[name]));
  return differing.length === 0 ? "" : ` (${differing.join(", ")} differ${differing.length === 1 ? "s" : ""})`;
}

function say({ tool, arguments: given }: Call): string {
  const text = canonicalJson(given);
  return `${tool} ${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX).toWellFormed()}…` : text}`;
}
