"""Agreement between raters. Run: python3 agreement.py (statsmodels). Alpha by its definition over pairs, by brute force."""
import statsmodels
from statsmodels.stats.inter_rater import cohens_kappa

print("statsmodels", statsmodels.__version__)
for table in ([[20, 5], [10, 15]], [[44, 5, 1], [7, 20, 3], [9, 5, 6]], [[90, 2], [6, 2]], [[10, 0], [0, 7]], [[0, 4], [6, 0]]):
    result = cohens_kappa(table)
    print("kappa", table, result.kappa, result.std_kappa, result.kappa_low, result.kappa_upp)


def alpha(units, distance):
    """1 - (mean distance within units) / (mean distance over all pairs); each rating of a unit weighs 1 / (ratings - 1)."""
    units = [[v for v in unit if v is not None] for unit in units]
    units = [unit for unit in units if len(unit) >= 2]
    values = [v for unit in units for v in unit]
    n = len(values)
    within = sum(distance(a, b, values) / (len(u) - 1) for u in units for i, a in enumerate(u) for j, b in enumerate(u) if i != j) / n
    across = sum(distance(a, b, values) for i, a in enumerate(values) for j, b in enumerate(values) if i != j) / (n * (n - 1))
    return 1 - within / across, within, across, len(units), n


def nominal(a, b, values):
    return float(a != b)


def interval(a, b, values):
    return (a - b) ** 2


def ordinal(a, b, values):
    low, high = min(a, b), max(a, b)
    between = sum(low <= v <= high for v in values)
    return (between - (values.count(low) + values.count(high)) / 2) ** 2 if low != high else 0.0


N = None
BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
LETTERS = [list("aabbdcccedda"), list("babbbcccedd" "d")]
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
print("binary (published 0.095)", alpha(list(zip(*BINARY)), nominal))
print("letters (published 0.692)", alpha(list(zip(*LETTERS)), nominal))
print("four nominal (published 0.743)", alpha(list(zip(*FOUR)), nominal))
print("four ordinal (published 0.815)", alpha(list(zip(*FOUR)), ordinal))
print("four interval (published 0.849)", alpha(list(zip(*FOUR)), interval))
