"""Hypothesis tests on counts. Run: python3 tests.py (scipy, statsmodels). Brute force where no program has the test."""
from fractions import Fraction
from itertools import product

import numpy
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

print("scipy", scipy.__version__, "statsmodels", statsmodels.__version__)

for b, c in [(0, 6), (10, 3), (4, 4), (1, 0), (60, 41), (700, 600)]:
    print("mcnemar", b, c, repr(float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)))


def sign_flip(differences):
    observed = abs(sum(differences))
    sums = [abs(sum(s * d for s, d in zip(signs, differences))) for signs in product((1, -1), repeat=len(differences))]
    return Fraction(sum(s >= observed for s in sums), len(sums))


for texts in (
    ["1/2", "-1/4", "0", "1", "3/4"],
    ["1", "1", "1", "1", "1", "1"],
    ["1/3", "1/3", "-2/3", "1", "2/3", "1/3", "-1/3", "0", "2/3", "1"],
    ["1/6", "-1/4", "1/3", "5/12", "1/2", "-1/12", "1/4"],
    ["1/2", "-1/2"],
):
    print("sign flip", texts, repr(float(sign_flip([Fraction(t) for t in texts]))))
print("sign flip decimals", float(sign_flip([0.31, -0.27, 1.4, 0.92, 0.05, -0.6, 2.2])))

for a, n, b, m in [(3, 3, 0, 3), (9, 10, 5, 10), (5, 5, 3, 5), (7, 8, 2, 6), (2, 4, 3, 4), (18, 20, 11, 20), (40, 50, 30, 50), (95, 100, 85, 100), (150, 200, 130, 200), (12, 15, 20, 60)]:
    table = [[a, b], [n - a, m - b]]
    # scipy's "greater": the first column's success rate is the greater one, so b is worse.
    worse = stats.boschloo_exact(table, alternative="greater", n=256).pvalue
    better = stats.boschloo_exact(table, alternative="less", n=256).pvalue
    fisher = [stats.fisher_exact(table, alternative=side)[1] for side in ("greater", "less", "two-sided")]
    print("boschloo", a, n, b, m, worse, better, "fisher", fisher)

P = [0.01, 0.02, 0.03, 0.5, 0.04, 0.9, 0.0004]
print("BH", list(multipletests(P, method="fdr_bh")[1]))


def tarone_bh(ps, minima, level):
    """Gilbert (2005), straight from the text: K, then step-up on R_K."""
    m = len(ps)
    k = next(k for k in range(1, m + 1) if sum(a <= level / k for a in minima) <= k)
    kept = [i for i in range(m) if minima[i] <= level / k]
    q = [1.0] * m
    if kept:
        for i, value in zip(kept, multipletests([ps[i] for i in kept], method="fdr_bh")[1]):
            q[i] = float(value)
    return k, kept, q


print("discrete", tarone_bh([1 / 64, 0.3, 0.004, 1, 0.02, 1 / 4, 1], [1 / 64, 1 / 64, 1e-4, 1 / 4, 1e-3, 1 / 4, 1 / 4], 0.05))
print("discrete none", tarone_bh([0.25, 0.5, 1], [0.25, 0.25, 0.25], 0.05))
print("discrete many", tarone_bh([1 / 64] * 2 + [1] * 8, [1 / 64] * 10, 0.05))


def power(n, a, b, alpha):
    total = 0.0
    for x in range(n + 1):
        for y in range(n + 1):
            if x / n > y / n and stats.boschloo_exact([[x, y], [n - x, n - y]], alternative="greater", n=64).pvalue <= alpha:
                total += stats.binom.pmf(x, n, a) * stats.binom.pmf(y, n, b)
    return total


for n, a, b, alpha in [(3, 1, 0.2, 0.05), (8, 0.9, 0.4, 0.05), (7, 1, 0.5, 0.05), (8, 1, 0.5, 0.05), (12, 0.8, 0.3, 0.01)]:
    print("power", n, a, b, alpha, repr(float(power(n, a, b, alpha))))
print("least trials for 1 -> 0.5", next(n for n in range(1, 30) if power(n, 1, 0.5, 0.05) >= 0.8))
print("least trials for 0.9 -> 0.4", next(n for n in range(1, 30) if power(n, 0.9, 0.4, 0.05) >= 0.8))


def evidence(better, worse, alpha):
    for n in range(1, 60):
        x, y = int(better * n + 0.5), int(worse * n + 0.5)
        if stats.boschloo_exact([[x, y], [n - x, n - y]], alternative="greater", n=64).pvalue <= alpha:
            return n


print("evidence", evidence(1, 0, 0.05), evidence(0.8, 0.6, 0.05), evidence(2 / 3, 1 / 3, 0.05), evidence(1, 2 / 3, 0.01))
print("large fisher", repr(float(stats.hypergeom.cdf(1440, 4000, 2940, 2000))))


def fisher_power(n, a, b, alpha):
    total = 0.0
    y = numpy.arange(n + 1)
    for x in range(n + 1):
        p = stats.hypergeom.cdf(y, 2 * n, x + y, n)
        total += stats.binom.pmf(x, n, a) * stats.binom.pmf(y, n, b)[p <= alpha * (1 + 1e-9)].sum()
    return float(total)


for n, a, b, alpha in [(250, 0.9, 0.8, 0.05), (300, 1, 0.98, 0.05), (400, 0.55, 0.5, 0.1)]:
    print("fisher power", n, a, b, alpha, repr(fisher_power(n, a, b, alpha)))
print("fisher trials", [(n, fisher_power(n, 0.9, 0.82, 0.05)) for n in range(225, 275) if fisher_power(n, 0.9, 0.82, 0.05) >= 0.8][:3])
