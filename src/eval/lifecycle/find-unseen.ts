import { quantile, wilsonInterval } from "../../stats/index.ts";
import { sayCount } from "../report/say.ts";
import type { CaseHistory } from "./case-history.ts";
import type { CaseText, ProductionTrace } from "./review-inputs.ts";
import type { ReviewFinding, ReviewThresholds } from "./review-report.ts";
import { setDistance, wordsOfText } from "./words-of-text.ts";

interface Features {
  readonly words: ReadonlySet<string>;
  readonly tools: ReadonlySet<string>;
}

/**
 * Cases that lie farther from every production trace than production traces lie from each other. How far is far is
 * measured on production itself, for no fixed number fits short commands and long letters alike.
 */
export function findUnseen(
  histories: readonly CaseHistory[],
  {
    texts,
    production,
    thresholds,
  }: {
    readonly texts: ReadonlyMap<string, CaseText>;
    readonly production: readonly ProductionTrace[];
    readonly thresholds: Pick<ReviewThresholds, "productionQuantile" | "productionDistanceMin" | "tracesMin">;
  },
): ReviewFinding[] {
  if (production.length < thresholds.tracesMin) return [];
  const traces = production.map(({ input, tools }) => ({ words: wordsOfText(input), tools: new Set(tools) }));
  const among = traces.map((trace, index) => nearest(trace, traces.toSpliced(index, 1)));
  const limit = Math.max(thresholds.productionDistanceMin, quantile(among, thresholds.productionQuantile));
  const unseenMax = wilsonInterval({ passed: 0, total: traces.length }).upper;
  return histories.flatMap((history) => {
    const { id, kind, runs } = history;
    const words = wordsOfText(texts.get(id)?.input ?? "");
    if (words.size === 0) return [];
    const distance = nearest({ words, tools: toolsOf(history) }, traces);
    if (distance <= limit) return [];
    return [
      {
        finding: "not in production" as const,
        caseId: id,
        kind,
        isShown: true,
        evidence: `the nearest of ${sayCount(traces.length, "production trace")} lies ${distance.toFixed(2)} away, farther than ${limit.toFixed(2)}, within which at least ${(thresholds.productionQuantile * 100).toFixed(0)} % of them have a neighbour; up to ${(unseenMax * 100).toFixed(1)} % of production may still be like it`,
        figures: { distance, limit, traces: traces.length, unseenShareMax: unseenMax },
        runs,
        action: "ask whether users still do this; keep it where the risk is worth it",
        isRemoval: false,
      },
    ];
  });
}

/** Mean of how far the words and the tools lie apart; words alone where neither called a tool. */
function nearest(one: Features, others: readonly Features[]): number {
  let least = 1;
  for (const other of others) {
    const words = setDistance(one.words, other.words);
    const isToolless = one.tools.size === 0 && other.tools.size === 0;
    const distance = isToolless ? words : (words + setDistance(one.tools, other.tools)) / 2;
    if (distance < least) least = distance;
  }
  return least;
}

function toolsOf({ versions }: CaseHistory): ReadonlySet<string> {
  const trials = versions.at(-1)?.trials ?? [];
  return new Set(trials.flatMap(({ metrics }) => metrics.tools.map(({ tool }) => tool)));
}
