"""Intervals, quantiles and special functions. Run: python3 intervals.py (scipy, statsmodels, numpy)."""
from fractions import Fraction
from math import comb

import numpy
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

print("scipy", scipy.__version__, "statsmodels", statsmodels.__version__, "numpy", numpy.__version__)

for passed, total in [(0, 10), (7, 200), (10, 10), (1, 1), (50, 100)]:
    print("wilson", passed, total, proportion_confint(passed, total, 0.05, method="wilson"))
print("wilson 99%", proportion_confint(3, 8, 0.01, method="wilson"))

CASES = [(3, 3), (2, 3), (0, 4), (5, 8), (1, 1)]
rates = [p / t for p, t in CASES]
for confidence in (0.95, 0.8):
    mean, sem = numpy.mean(rates), stats.sem(rates)
    print("clustered", confidence, mean, sem, stats.t.interval(confidence, len(rates) - 1, mean, sem))


def effective_wilson(sample, confidence):
    """Wilson on the number of independent trials that would give this standard error, with Student's quantile."""
    mean, sem = numpy.mean(sample), stats.sem(sample)
    total = mean * (1 - mean) / sem**2
    z = stats.t.ppf((1 + confidence) / 2, len(sample) - 1)
    return total, proportion_confint(mean * total, total, 2 * stats.norm.sf(z), method="wilson")


for confidence in (0.95, 0.8):
    print("clustered, effective wilson", confidence, effective_wilson(rates, confidence))
print("pass^2, effective wilson 50 %", effective_wilson([comb(p, 2) / comb(t, 2) for p, t in CASES if t >= 2], 0.5))
print("effective wilson, all 1/2 in 6 cases", proportion_confint(3, 6, 0.05, method="wilson"))

for passed, total, k in [(3, 5, 1), (3, 5, 2), (3, 5, 4), (9990, 10000, 200), (7, 8, 8)]:
    hat = Fraction(comb(passed, k), comb(total, k))
    at = 1 - Fraction(comb(total - passed, k), comb(total, k))
    print("pass^k, pass@k", passed, total, k, float(hat), float(at))
for k in (2, 3):
    values = [comb(p, k) / comb(t, k) for p, t in CASES if t >= k]
    ats = [1 - comb(t - p, k) / comb(t, k) for p, t in CASES if t >= k]
    for name, sample in (("pass^k", values), ("pass@k", ats)):
        mean, sem = numpy.mean(sample), stats.sem(sample)
        print("suite", name, k, len(sample), mean, sem, stats.t.interval(0.95, len(sample) - 1, mean, sem))

DIFFERENCES = [0.5, -0.25, 0, 0, -1, 0.125]
mean, sem = numpy.mean(DIFFERENCES), stats.sem(DIFFERENCES)
print("differences", mean, sem, stats.t.interval(0.95, 5, mean, sem))

print("t.ppf(0.75, 3)", stats.t.ppf(0.75, 3))
for p, df in [(0.975, 1), (0.975, 2), (0.975, 9), (0.9, 29), (0.005, 4), (0.0001, 2.5), (0.975, 1e6), (0.6, 0.5)]:
    print("t quantile", p, df, repr(stats.t.ppf(p, df)))
for p in (0.5, 0.975, 0.2, 0.001, 1e-12, 0.9999999, 0.07):
    print("normal quantile", p, repr(stats.norm.ppf(p)))
for x in (0.001, 0.5, 1, 2, 3.7, 14.9, 15, 100, 1e6):
    print("logGamma", x, repr(float(scipy.special.gammaln(x))))
for n, k in [(5, 2), (50, 25), (10000, 5000), (10000, 1)]:
    print("logBinomial", n, k, repr(float(scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1) - scipy.special.gammaln(n - k + 1))))
for a, b, x in [(0.5, 0.5, 0.3), (2, 3, 0.9), (50, 0.5, 0.99), (1e4, 1e4, 0.501), (0.01, 5, 1e-5)]:
    print("incompleteBeta", a, b, x, repr(float(scipy.special.betainc(a, b, x))))
for q in (0, 0.1, 0.5, 0.95, 1):
    print("quantile", q, repr(float(numpy.quantile([7, 1, 3, 10, -2, 3.5], q))))
