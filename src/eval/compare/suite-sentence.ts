import type { Comparison, SuiteComparison } from "./comparison.ts";
import { count, sayChange, sayP, sayRate } from "./say-number.ts";

type Rates = Pick<
  SuiteComparison,
  "caseCount" | "passRateA" | "passRateB" | "difference" | "pValue" | "verdict" | "brokeCaseIds" | "fixedCaseIds"
>;

/** The suite's result in plain words. An unchanged mean never hides the cases that moved. */
export function suiteSentence(rates: Rates): string {
  const { passRateA, passRateB, difference, pValue, caseCount } = rates;
  if (!passRateA || !passRateB || !difference || pValue === null) return "Nothing can be compared.";
  const change = `${sayChange(difference.mean)}, 95 % interval ${sayChange(difference.lower)} to ${sayChange(difference.upper)}`;
  const numbers = `pass rate ${sayRate(passRateA.rate)} -> ${sayRate(passRateB.rate)} (${change}, ${sayP(pValue)}, ${count(caseCount, "case")})`;
  return `${verdictWords(rates)}: ${numbers}${movedWords(rates)}.`;
}

function verdictWords({ verdict, difference }: Rates): string {
  if (verdict === "regressed") return "Regressed";
  if (verdict === "improved") return "Improved";
  return difference && sayChange(difference.mean) === "0.00" ? "Unchanged on average" : "No difference shown";
}

function movedWords({ brokeCaseIds, fixedCaseIds }: Rates): string {
  const broke = brokeCaseIds.length;
  const fixed = fixedCaseIds.length;
  if (broke + fixed === 0) return "; every case passed as often as before";
  const words = [
    ...(broke > 0 ? [`${count(broke, "case")} passed less often`] : []),
    ...(fixed > 0 ? [`${count(fixed, "case")} passed more often`] : []),
  ];
  return `; ${words.join(", ")}`;
}

/** What single cases show comes first: a mean over few cases may show nothing. */
export function shownCases({ regressed, improved }: Comparison["counts"]): string {
  const words = [
    ...(regressed > 0 ? [`${count(regressed, "case")} regressed`] : []),
    ...(improved > 0 ? [`${count(improved, "case")} improved`] : []),
  ];
  return words.length === 0 ? "" : `${words.join(", ")}. Over the suite: `;
}
