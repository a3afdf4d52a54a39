import { AegisError, countNoun, escapeTerminal } from "../../kernel/index.ts";
import type { SeenRequest } from "../exchange.ts";
import type { CassetteEntry } from "./cassette.ts";
import { type IgnoredParts, type NormalRequest, normalRequest } from "./normal-request.ts";
import { type RequestDifference, requestDifferences, showDifference } from "./request-differences.ts";

/** A request that the recording does not hold, without its secrets. */
export interface ReplayMismatch {
  readonly method: string;
  readonly url: string;
  /** How often the very same request was recorded: it came once more. */
  readonly recordedCount: number;
  readonly nearest?: { readonly entry: CassetteEntry; readonly differences: readonly RequestDifference[] };
}

interface Asked {
  readonly request: SeenRequest;
  readonly asked: NormalRequest;
  readonly entries: readonly CassetteEntry[];
  readonly ignored: IgnoredParts;
  readonly recordedCount: number;
}

const COMPARED_MAX = 2_000;

/** The recorded request that differs in the least. */
export function nearestEntry({ request, asked, entries, ignored, recordedCount }: Asked): ReplayMismatch {
  const { method, url } = request;
  if (recordedCount > 0) return { method, url, recordedCount };
  const compared = entries
    .map((entry) => ({ entry, cost: headCost(request, entry.exchange.request) }))
    .sort((left, right) => left.cost - right.cost)
    .slice(0, COMPARED_MAX)
    .map(({ entry }) => ({
      entry,
      differences: requestDifferences(asked, normalRequest(entry.exchange.request, ignored)),
    }));
  const nearest = compared.reduce<(typeof compared)[number] | undefined>(
    (best, each) => (best && weight(best.differences) <= weight(each.differences) ? best : each),
    undefined,
  );
  return { method, url, recordedCount, ...(nearest && { nearest }) };
}

export function replayMiss({ method, url, recordedCount, nearest }: ReplayMismatch): AegisError {
  const what = `${escapeTerminal(method)} ${escapeTerminal(url.slice(0, 300))}`;
  if (recordedCount > 0) {
    const message = `${what} was recorded ${countNoun(recordedCount, "time")} and is asked for once more`;
    return new AegisError("network.replay_miss", message, { details: { recordedCount } });
  }
  if (!nearest) return new AegisError("network.replay_miss", `${what} was not recorded; the cassette is empty`);
  const { entry, differences } = nearest;
  const shown = differences.slice(0, SHOWN_MAX).map(showDifference).join("; ");
  const more = differences.length > SHOWN_MAX ? `; and ${differences.length - SHOWN_MAX} more` : "";
  const { request } = entry.exchange;
  const near = `${escapeTerminal(request.method)} ${escapeTerminal(request.url.slice(0, 300))} (line ${entry.line})`;
  return new AegisError("network.replay_miss", `${what} was not recorded; nearest is ${near}: ${shown}${more}`, {
    details: { nearestLine: entry.line, differences: differences.length },
  });
}

const SHOWN_MAX = 3;

/** Cheap, so that in a large cassette bodies are compared of likely requests only. */
function headCost(asked: SeenRequest, recorded: SeenRequest): number {
  const [left = "", right = ""] = [asked.url, recorded.url].map((url) => url.split("?", 1)[0]);
  return (left === right ? 0 : 2) + (asked.method === recorded.method ? 0 : 1);
}

const WEIGHTS: Readonly<Record<string, number>> = { method: 40, origin: 60, path: 10 };

function weight(differences: readonly RequestDifference[]): number {
  return differences.reduce((sum, { place, asked, recorded }) => {
    if (place !== "path") return sum + (WEIGHTS[place] ?? 1);
    const [left, right] = [asked, recorded].map((path) => (path ?? "").split("/"));
    const others = left?.filter((part, index) => part !== right?.[index]).length ?? 0;
    return sum + 10 * (others + Math.abs((left?.length ?? 0) - (right?.length ?? 0)));
  }, 0);
}
