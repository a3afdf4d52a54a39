/**
 * Chance that Fisher's exact test, b worse than a, gives p <= alpha with this many trials a side.
 * Goes through the outcomes of a that can happen at all, and finds for each how many passes of b are few enough.
 * Callers have checked their input.
 */
export function fisherPower({
  a,
  b,
  trials,
  alpha,
}: {
  readonly a: number;
  readonly b: number;
  readonly trials: number;
  readonly alpha: number;
}): number {
  const logFactorials = new Float64Array(2 * trials + 1);
  for (let n = 1; n < logFactorials.length; n += 1) logFactorials[n] = logFactorials[n - 1]! + Math.log(n);
  const chancesA = probabilities(a, trials, logFactorials);
  const atMostB = probabilities(b, trials, logFactorials);
  for (let passed = 1; passed <= trials; passed += 1) atMostB[passed]! += atMostB[passed - 1]!;
  let power = 0;
  for (let passedA = 0; passedA <= trials; passedA += 1) {
    if (chancesA[passedA]! < 1e-14) continue;
    let few = -1;
    let many = trials + 1;
    while (many - few > 1) {
      const passedB = (few + many) >> 1;
      if (isTailAtMost({ passedA, passedB, trials, alpha }, logFactorials)) few = passedB;
      else many = passedB;
    }
    if (few >= 0) power += chancesA[passedA]! * atMostB[few]!;
  }
  return Math.min(1, power);
}

function probabilities(rate: number, trials: number, logFactorials: Float64Array): Float64Array {
  return Float64Array.from({ length: trials + 1 }, (_, passed) => {
    if (rate <= 0 || rate >= 1) return Number(passed === (rate <= 0 ? 0 : trials));
    const ways = logFactorials[trials]! - logFactorials[passed]! - logFactorials[trials - passed]!;
    return Math.exp(ways + passed * Math.log(rate) + (trials - passed) * Math.log1p(-rate));
  });
}

/** Sums the hypergeometric tail downwards from the outcome, each term from the one before, until it is decided. */
function isTailAtMost(
  outcome: { readonly passedA: number; readonly passedB: number; readonly trials: number; readonly alpha: number },
  logFactorials: Float64Array,
): boolean {
  const { passedA, passedB, trials, alpha } = outcome;
  const passes = passedA + passedB;
  const logChoose = (total: number, chosen: number) =>
    logFactorials[total]! - logFactorials[chosen]! - logFactorials[total - chosen]!;
  const limit = alpha * (1 + 1e-9);
  let term = Math.exp(logChoose(trials, passedA) + logChoose(trials, passedB) - logChoose(2 * trials, passes));
  let tail = 0;
  for (let worse = passedB; worse >= 0 && tail <= limit; worse -= 1) {
    tail += term;
    const ratio = (worse * (trials - passes + worse)) / ((passes - worse + 1) * (trials - worse + 1));
    term *= ratio;
    // Terms past the mode only shrink, faster and faster.
    if (ratio < 1 && term / (1 - ratio) < 1e-12 * alpha) break;
  }
  return tail <= limit;
}
