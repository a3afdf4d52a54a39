"""Energy tests. Run: python3 energy.py (scipy, numpy). Permutations by brute force, statistics by the definition."""
from itertools import combinations, product
from math import comb

import numpy
import scipy
from scipy import stats

print("scipy", scipy.__version__, "numpy", numpy.__version__)


def distances(rows, pooled=False):
    rows = numpy.array(rows, dtype=float)
    if pooled:
        spread = rows.std(axis=0, ddof=1)
        rows = rows[:, spread > 0] / spread[spread > 0]
    return numpy.sqrt(((rows[:, None, :] - rows[None, :, :]) ** 2).sum(axis=2))


def statistic(table, chosen):
    rest = [i for i in range(len(table)) if i not in chosen]
    chosen = list(chosen)
    n, m = len(chosen), len(rest)
    energy = 2 * table[numpy.ix_(chosen, rest)].mean() - table[numpy.ix_(chosen, chosen)].mean() - table[numpy.ix_(rest, rest)].mean()
    return n * m / (n + m) * energy


def test(tables):
    observed = sum(statistic(t, range(n)) for t, n in tables)
    lists = [[statistic(t, c) for c in combinations(range(len(t)), n)] for t, n in tables]
    sums = numpy.array([sum(parts) for parts in product(*lists)])
    return float(observed), float((sums >= observed - 1e-9).mean()), float((sums >= sums.max() - 1e-9).mean()), len(sums)


A1, B1 = [1, 2, 4, 7], [3, 8, 9, 12, 15]
print("1-D", test([(distances([[x] for x in A1 + B1]), 4)]), "scipy", stats.energy_distance(A1, B1) ** 2 * 4 * 5 / 9)
A2 = [[1, 10], [2, 30], [1.5, 20], [0, 10]]
B2 = [[3, 10], [2.5, 40], [4, 30], [5, 10]]
print("2-D none", test([(distances(A2 + B2), 4)]))
print("2-D pooled", test([(distances(A2 + B2, True), 4)]))
CONSTANT = [[row[0], 5] for row in A2 + B2]
print("constant coordinate, pooled", test([(distances(CONSTANT, True), 4)]))
EDIT = numpy.array([[0, 1, 2, 4, 4], [1, 0, 1, 3, 4], [2, 1, 0, 3, 3], [4, 3, 3, 0, 1], [4, 4, 3, 1, 0]], dtype=float)
print("edit distances", test([(EDIT, 3)]))
print("alike", test([(numpy.zeros((6, 6)), 3)]))
STRATA = [([[1], [2], [2]], [[2], [4], [5]]), ([[10], [11]], [[11], [13], [14]]), ([[0], [0]], [[0], [1]])]
print("strata", test([(distances(a + b), len(a)) for a, b in STRATA]))
A3 = [[(i * 7) % 11, (i * i) % 5] for i in range(9)]
B3 = [[(i * 5) % 13 + 1, (i * 3) % 7] for i in range(9)]
print("9 + 9, all", comb(18, 9), test([(distances(A3 + B3), 9)]))
