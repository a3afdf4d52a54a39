import { check, suite } from "aegis";

/** Six small sums. Each bad agent misbehaves on the third; the other five must not notice. */
export default suite("six-cases", {
  agent: "good",
  trials: 1,
  isolation: "process",
  timeoutMs: 3_000,
  kind: "regression",
  cases: [1, 2, 3, 4, 5, 6].map((number) => ({
    id: `case-${number}`,
    input: `case ${number}: what is ${number} + ${number}?`,
    checks: [check.answerMatches(`^${2 * number}$`)],
  })),
});
