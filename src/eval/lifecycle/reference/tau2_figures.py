"""Figures of graduation, review and trend on recorded tau2-bench results, computed apart from Aegis.

Standard library only. Run: python3 tau2_figures.py DATA_FOLDER > tau2-figures.json
Written from the definitions in docs/concepts/case-lifecycle.md, by other means than the code: fractions and enumeration
in place of logarithms and searches, numerical integration for Student's t.
"""
import json
import math
import sys
import unicodedata
from datetime import datetime, timezone
from fractions import Fraction
from itertools import product
from math import comb
from pathlib import Path
from statistics import NormalDist

DATA = Path(sys.argv[1]) / "tau2"
CHLOE = "retail40__gpt-4o__policy-chloe-{}__trial{}.json"
RUNS = {
    "gpt5minirefined": [CHLOE.format("gpt5minirefined", n) for n in (1, 2, 3)],
    "gpt4orefined": [CHLOE.format("gpt4orefined", n) for n in (1, 2, 3)],
    "base": ["retail40__gpt-4.1__base.json"],
    "sft": ["retail40__gpt-4.1__sft.json"],
    "sonnet": ["airline50__claude-sonnet-4-5-aide.json"],
    "gpt-4o": ["airline50__gpt-4o-2024-11-20.json"],
    "grok": ["airline4x4__grok-3__policy-base.json"],
}


def read(files):
    """Per task: wordings, and trials in order of attempt."""
    tasks = {}
    for name in files:
        content = json.loads((DATA / name).read_text())
        asked = {str(t["id"]): t for t in content["tasks"]}
        rows = sorted(content["simulations"], key=lambda s: s.get("trial") or 0)
        for row in rows:
            task = tasks.setdefault(str(row["task_id"]), {"wordings": set(), "trials": []})
            said = asked[str(row["task_id"])]
            task["wordings"].add(
                json.dumps([said.get(key) for key in ("user_scenario", "ticket", "initial_state")], sort_keys=True)
            )
            reward = (row.get("reward_info") or {}).get("reward") or 0
            task["trials"].append(
                {
                    "passed": reward >= 1 - 1e-6,
                    "tools": [
                        call["name"]
                        for message in row["messages"]
                        if message["role"] == "assistant"
                        for call in message.get("tool_calls") or []
                    ],
                    "said": next(m["content"] for m in row["messages"] if m["role"] == "user"),
                    "start": row["start_time"],
                    "microUsd": round((row["agent_cost"] or 0) * 1_000_000),
                }
            )
    return tasks


runs = {name: read(files) for name, files in RUNS.items()}


def count(task):
    return sum(t["passed"] for t in task["trials"]), len(task["trials"])


def rate(task):
    return Fraction(*count(task))


def shared(a, b):
    return sorted(i for i in a if i in b and a[i]["wordings"] == b[i]["wordings"])


def t_quantile(probability, df):
    """By bisection over Simpson's rule on the density."""
    norm = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)

    def below(t):
        steps = 2000
        width = t / steps
        density = [(1 + (k * width) ** 2 / df) ** (-(df + 1) / 2) for k in range(steps + 1)]
        return 0.5 + norm * width / 3 * (density[0] + density[-1] + 4 * sum(density[1:-1:2]) + 2 * sum(density[2:-1:2]))

    low, high = 0.0, 100.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < probability else (low, middle)
    return (low + high) / 2


def mean_and_error(values):
    mean = sum(values) / len(values)
    variance = sum((v - mean) ** 2 for v in values) / (len(values) - 1)
    return float(mean), math.sqrt(variance / len(values))


def t_interval(values, confidence=0.95):
    mean, error = mean_and_error(values)
    half = t_quantile((1 + confidence) / 2, len(values) - 1) * error
    return mean, mean - half, mean + half


def wilson(share, total, z=NormalDist().inv_cdf(0.975)):
    """The two roots of (share - p)^2 = z^2 p (1 - p) / total."""
    a, b, c = 1 + z * z / total, -(2 * share + z * z / total), share * share
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def clustered(tasks):
    rates = [float(rate(task)) for task in tasks]
    mean, error = mean_and_error(rates)
    lower, upper = wilson(mean, mean * (1 - mean) / error**2, t_quantile(0.975, len(rates) - 1))
    return {"rate": mean, "lower": lower, "upper": upper}


def sign_flip(differences):
    """Exact: all sums that signs can give, with how many ways lead to each."""
    ways = {Fraction(0): 1}
    for difference in differences:
        if difference == 0:
            continue
        after = {}
        for total, number in ways.items():
            for signed in (total + difference, total - difference):
                after[signed] = after.get(signed, 0) + number
        ways = after
    seen = abs(sum(differences))
    return float(Fraction(sum(n for s, n in ways.items() if abs(s) >= seen), sum(ways.values())))


def step(a, b):
    same = shared(a, b)
    differences = [rate(b[i]) - rate(a[i]) for i in same]
    mean, lower, upper = t_interval([float(d) for d in differences])
    before = sum(float(rate(a[i])) for i in same) / len(same)
    everything = sum(rate(t) for t in b.values()) / len(b) - sum(rate(t) for t in a.values()) / len(a)
    return {
        "shared": len(same),
        "mean": mean,
        "lower": max(lower, -before),
        "upper": min(upper, 1 - before),
        "p": sign_flip(differences),
        "suiteShare": float(everything - sum(differences) / len(differences)),
        "allA": clustered(a.values()),
        "allB": clustered(b.values()),
        "added": len([i for i in b if i not in a]),
        "changed": len([i for i in b if i in a and i not in same]),
    }


def weeks_of(tasks):
    start = min(t["start"] for task in tasks.values() for t in task["trials"])
    at = datetime.fromisoformat(start).replace(tzinfo=timezone.utc)
    year, week, _ = at.isocalendar()
    return datetime.fromisocalendar(year, week, 1).toordinal() // 7, f"{year}-W{week:02d}"


def slope(names):
    """Least squares for each task, then the mean of the tasks."""
    slopes = []
    places = {name: weeks_of(runs[name])[0] for name in names}
    for task in sorted({i for name in names for i in runs[name]}):
        points = [(places[n], rate(runs[n][task])) for n in names if task in runs[n]]
        size, x, y = len(points), sum(p[0] for p in points), sum(p[1] for p in points)
        below = size * sum(p[0] ** 2 for p in points) - x * x
        if below:
            slopes.append(float((size * sum(p[0] * p[1] for p in points) - x * y) / below))
    mean, lower, upper = t_interval(slopes)
    return {"labels": [weeks_of(runs[n])[1] for n in names], "mean": mean, "lower": lower, "upper": upper, "cases": len(slopes)}


def boschloo_worse(older, newest):
    """Chance of a Fisher p as small as the one seen, at the shared pass rate that makes it largest, on a fine grid."""
    (pa, na), (pb, nb) = older, newest

    def fisher(x, y):
        whole = comb(na + nb, x + y)
        return sum(Fraction(comb(na, x + y - k) * comb(nb, k), whole) for k in range(y + 1) if 0 <= x + y - k <= na)

    seen = fisher(pa, pb)
    region = [(x, y) for x in range(na + 1) for y in range(nb + 1) if fisher(x, y) <= seen]
    best = 0.0
    for part in range(1, 2000):
        p = part / 2000
        best = max(
            best,
            sum(
                comb(na, x) * comb(nb, y) * p ** (x + y) * (1 - p) ** (na + nb - x - y)
                for x, y in region
            ),
        )
    return best


def more_passes(passed, total, least):
    more = 0
    while total + more == 0 or wilson((passed + more) / (total + more), total + more)[0] < least:
        more += 1
    return more


def graduation(older, newest, least):
    cases = {}
    for task in sorted(runs[newest]):
        ours = count(runs[newest][task])
        same = runs[older][task]["wordings"] == runs[newest][task]["wordings"]
        theirs = count(runs[older][task]) if same else (0, 0)
        passed, total = ours[0] + theirs[0], ours[1] + theirs[1]
        lower, upper = wilson(passed / total, total)
        p = boschloo_worse(theirs, ours) if same else None
        if not same:
            decision = "too few versions"
        elif p <= 0.05:
            decision = "newest version worse"
        elif lower >= least:
            decision = "graduates"
        else:
            decision = "below the bar" if passed / total < least else "too few trials"
        cases[task] = {
            "passed": passed,
            "total": total,
            "lower": lower,
            "upper": upper,
            "pNewestWorse": p,
            "moreTrials": more_passes(passed, total, least),
            "decision": decision,
        }
    return cases


def freeman_halton(groups):
    """All tables with these totals, each with its number of ways."""
    passes = sum(p for p, _ in groups)
    ways = lambda passed: math.prod(comb(n, k) for k, (_, n) in zip(passed, groups))
    seen = ways([p for p, _ in groups])
    tables = [ways(t) for t in product(*(range(n + 1) for _, n in groups)) if sum(t) == passes]
    return sum(w for w in tables if w <= seen) / sum(tables)


def words(text):
    plain = "".join("0" if c.isdigit() and c.isascii() else c for c in text.lower())
    kept = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in plain)
    return set(kept.split())


def edits(left, right):
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        last, row = row, [i]
        for j, other in enumerate(right, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one != other)))
    return row[-1]


def call_distance(a, b):
    pairs = [(x["tools"], y["tools"]) for x in a["trials"] for y in b["trials"]]
    return sum(edits(x, y) / max(1, len(x), len(y)) for x, y in pairs) / len(pairs)


def review(names, limits):
    """names in the order of time; a case is what the last run has of it."""
    newest = {}
    for name in names:
        newest.update({i: runs[name][i]["wordings"] for i in runs[name]})
    seen = {i: [n for n in names if i in runs[n] and runs[n][i]["wordings"] == newest[i]] for i in newest}
    counts = {i: [count(runs[n][i]) for n in seen[i]] for i in newest}
    never = sorted(i for i, c in counts.items() if all(p == t for p, t in c))
    flaky = {}
    for task, groups in sorted(counts.items()):
        passed, total = sum(p for p, _ in groups), sum(t for _, t in groups)
        lower, upper = wilson(passed / total, total)
        p = freeman_halton(groups)
        mixed = any(0 < a < b for a, b in groups)
        if 0.1 <= lower and upper <= 0.9 and p > 0.2 and mixed:
            flaky[task] = {"passed": passed, "total": total, "lower": lower, "upper": upper, "p": p}
    said = {}
    for name in names:
        for task in runs[name]:
            said[task] = words(runs[name][task]["trials"][0]["said"])
    pairs = {}
    for a in sorted(newest):
        for b in sorted(newest):
            if a >= b:
                continue
            together = said[a] | said[b]
            apart = 1 - len(said[a] & said[b]) / len(together)
            both = [n for n in seen[a] if n in seen[b]]
            if apart > limits[0] or not both:
                continue
            calls = sum(call_distance(runs[n][a], runs[n][b]) for n in both) / len(both)
            rates = sum(abs(float(rate(runs[n][a]) - rate(runs[n][b]))) for n in both) / len(both)
            if calls <= limits[1] and rates <= limits[2]:
                pairs[f"{a} {b}"] = {"words": apart, "calls": calls, "rates": rates}
    return {"never": never, "unseen": {i: 1 - wilson(1, sum(t for _, t in counts[i]))[0] for i in never}, "flaky": flaky, "pairs": pairs}


def costly(older, newer, ratio):
    """Tasks whose mean cost a trial is so many times their even share, and that both runs judged alike."""
    a, b = runs[older], runs[newer]
    assert set(a) == set(b) == set(shared(a, b))
    cost = {i: Fraction(sum(t["microUsd"] for r in (a, b) for t in r[i]["trials"]), 2) for i in a}
    whole = sum(cost.values())
    found = {}
    for task in sorted(a):
        share = cost[task] / whole
        if share * len(a) >= ratio and (rate(a[task]) >= 1) == (rate(b[task]) >= 1):
            found[task] = float(share)
    return found


retail = ["sft", "base", "gpt5minirefined", "gpt4orefined"]
print(
    json.dumps(
        {
            "trend": {
                "policies": step(runs["gpt5minirefined"], runs["gpt4orefined"]),
                "tuning": step(runs["sft"], runs["base"]),
                "models": step(runs["sonnet"], runs["gpt-4o"]),
                "grown": step(runs["grok"], runs["sonnet"]),
            },
            "slope": slope(["grok", "sonnet", "gpt-4o"]),
            "graduation": graduation("gpt5minirefined", "gpt4orefined", 0.5),
            "costly": costly("sonnet", "gpt-4o", 1.5),
            "review": review(retail, (0.75, 0.7, 0.5)),
        },
        indent=1,
    )
)
