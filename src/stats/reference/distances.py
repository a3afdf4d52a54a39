"""Distances of two samples. Run: python3 distances.py (scipy, numpy)."""
import numpy
import scipy
from scipy import stats
from scipy.spatial import distance

print("scipy", scipy.__version__, "numpy", numpy.__version__)

CATEGORIES = [([5, 3, 2], [1, 1, 8]), ([1, 0], [0, 1]), ([2, 4, 6], [1, 2, 3]), ([0.2, 0.8, 0], [0.25, 0.25, 0.5]), ([99, 1], [96, 4])]
for a, b in CATEGORIES:
    print("jensen-shannon", a, b, repr(float(distance.jensenshannon(a, b, base=2))))

SAMPLES = [
    ([1, 2, 4, 7], [3, 8, 9, 12, 15]),
    ([1, 1, 2, 2, 2, 9], [1, 2, 3]),
    ([0.5, -3, 10], [0.5, -3, 10]),
    ([1, 2], [100, 200, 300]),
    ([(i * 7) % 11 for i in range(40)], [(i * i) % 13 + 1 for i in range(23)]),
]
for a, b in SAMPLES:
    print("ks", repr(float(stats.ks_2samp(a, b).statistic)), "wasserstein", repr(float(stats.wasserstein_distance(a, b))))

SHARES = [([1, 1, 1, 0], [0, 1, 1, 1]), ([0.5, 0.25, 0], [0.25, 0.5, 0.1]), ([1, 0], [0, 1])]
for a, b in SHARES:
    a, b = numpy.array(a), numpy.array(b)
    print("weighted jaccard", repr(float(1 - numpy.minimum(a, b).sum() / numpy.maximum(a, b).sum())))
print("jaccard of sets", repr(float(distance.jaccard([1, 1, 1, 0], [0, 1, 1, 1]))))

# Weighted quantiles: the smallest point with at least this share of the mass at or below it.
POINTS, MASSES = [1, 2, 5, 9], [1, 2, 3, 4]
for q in (0, 0.1, 0.3, 0.31, 0.5, 0.95, 1):
    print("mass quantile", q, numpy.quantile(POINTS, q, weights=MASSES, method="inverted_cdf"))

# Standard error of the mean of 4 clusters by the bootstrap's own formula, and all dealings of 2 + 3 units.
CLUSTERS = numpy.array([1.0, 4.0, 4.0, 9.0])
print("bootstrap sd of a mean, exact", repr(float(numpy.sqrt(CLUSTERS.var() / len(CLUSTERS)))))
