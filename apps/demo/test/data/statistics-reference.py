"""Writes statistics-reference.json, which the tests of src/analysis/statistics hold the demo's figures against.

Run with: python3 statistics-reference.py > statistics-reference.json (needs scipy and numpy).
"""
import json
import math
from itertools import combinations

import numpy
import scipy
from scipy import stats

z = stats.norm.ppf(0.975)
random = numpy.random.default_rng(7)


def wilson(passes, n):
    interval = stats.binomtest(passes, n).proportion_ci(0.95, method="wilson")
    return {"passes": passes, "n": n, "lower": interval.low, "upper": interval.high}


def mean(values):
    lower, upper = stats.t.interval(0.95, len(values) - 1, loc=numpy.mean(values), scale=stats.sem(values))
    p = stats.ttest_1samp(values, 0).pvalue
    return {"values": values, "lower": lower, "upper": upper, "p": p, "sd": float(numpy.std(values, ddof=1))}


def rate_difference(changes):
    # Bonett and Price (2012): the plain estimate and its variance, with the pairs -1 and +1 added.
    d = numpy.array([*changes, -1, 1], dtype=float)
    centre, error = d.mean(), math.sqrt(d.var() / len(d))
    return {
        "changes": changes,
        "lower": max(-1, centre - z * error),
        "upper": min(1, centre + z * error),
        "p": 2 * stats.norm.sf(abs(centre) / error),
    }


def clustered_rate(trials):
    # Wilson's interval, solved as a quadratic equation for the effective number of trials.
    rates = numpy.array([numpy.mean(own) for own in trials])
    rate, n, total = rates.mean(), len(trials), sum(map(len, trials))
    if rate in (0, 1):
        size = n
    else:
        error = math.sqrt(rates.var() / n)
        size = total if error == 0 else min(total, max(n, rate * (1 - rate) / error**2))
    lower, upper = sorted(numpy.roots([1 + z**2 / size, -(2 * rate + z**2 / size), rate**2]).real)
    return {"trials": trials, "rate": rate, "size": size, "lower": max(0, lower), "upper": min(1, upper)}


def pass_at(passes, n, k):
    # By counting: of all ways to draw k of n trials, those with a pass.
    outcomes = [True] * passes + [False] * (n - passes)
    draws = list(combinations(outcomes, k))
    return {"passes": passes, "n": n, "k": k, "rate": sum(map(any, draws)) / len(draws)}


numbers = [random.normal(0.3, 1, n).round(4).tolist() for n in (2, 3, 5, 12, 40)]
changes = [random.choice([-1, 0, 0, 1], n).tolist() for n in (1, 6, 20, 200)]
shares = [(random.integers(-3, 3, n) / 3).tolist() for n in (6, 10, 50)]
clusters = [
    [[1, 0, 0]] * 10,
    [[1, 1, 1]] * 6 + [[0, 0, 0]] * 4,
    [[1, 0, 1], [1, 1, 1], [0, 0, 1], [1, 1, 1, 1, 0], [1]],
    [[1], [1], [0], [1], [0], [1], [1]],
    [[1, 1, 1]] * 8,
]
p_values = [[0.04], [0.001, 0.04, 0.03], random.uniform(0, 1, 20).round(6).tolist(), [0.01, 0.01, 0.5, 1.0]]

print(
    json.dumps(
        {
            "madeWith": f"scipy {scipy.__version__}, numpy {numpy.__version__}",
            "wilson": [wilson(*case) for case in [(0, 20), (1, 29), (7, 7), (81, 263), (15, 148), (99990, 100000)]],
            "clusteredRate": [clustered_rate(case) for case in clusters],
            "mean": [mean(case) for case in numbers],
            "rateDifference": [rate_difference(case) for case in [*changes, *shares, [-2 / 3] * 10]],
            "tQuantile": [
                {"degrees": n, "quantile": stats.t.ppf(0.975, n)}
                for n in [1, 2, 3, 4, 5, 7, 10, 30, 99, 1000, 99999, 100000, 10**7]
            ],
            "tTails": [
                {"t": t, "degrees": n, "p": 2 * stats.t.sf(abs(t), n)}
                for t in [0, 0.1, -1.5, 2, 6, 40]
                for n in [1, 2, 5, 30, 1000, 100001]
            ],
            "normalTails": [{"x": x, "p": 2 * stats.norm.sf(abs(x))} for x in [0, 0.01, -1, 1.7, 1.75, 1.96, 4, 9, 30]],
            "adjust": [{"p": case, "adjusted": stats.false_discovery_control(case).tolist()} for case in p_values],
            "percentiles": [
                {"values": values, "shares": [0.05, 0.25, 0.5, 0.75, 0.95],
                 "percentiles": numpy.percentile(values, [5, 25, 50, 75, 95]).tolist()}
                for values in numbers
            ],
            "passAtK": [pass_at(c, n, k) for n in [1, 3, 5, 8] for c in range(n + 1) for k in [1, 2, 3, 5] if k <= n],
        },
        indent=1,
    )
)
