"""Distances between recorded tau2-bench files, standard library only, from the files themselves and the definitions in
docs/concepts/sim2real.md. Run: python3 tau2_gap.py FOLDER_OF_TAU2 > tau2-gap.json"""
import json
import math
import re
import sys
from collections import Counter

FOLDER = sys.argv[1]
PAIRS = [
    ("airline50__gpt-4o-2024-11-20.json", "airline50__claude-sonnet-4-5-aide.json"),
    ("retail40__gpt-4.1__base.json", "retail40__gpt-4.1__sft.json"),
    ("airline4x4__grok-3__policy-base.json", "airline4x4__grok-3__policy-tight.json"),
    ("retail40__gpt-4.1__base.json", "airline50__qwen2.5-7b__even-tasks.json"),
]


def units(text):
    """Length as JavaScript counts it."""
    return len(text.encode("utf-16-le")) // 2


def read(name):
    with open(f"{FOLDER}/{name}", encoding="utf8") as file:
        content = json.load(file)
    info = content["info"]
    policy = info["environment_info"]["policy"]
    return [run_of(simulation, policy, info["agent_info"]["llm"]) for simulation in content["simulations"]]


def run_of(simulation, policy, llm):
    models, lengths, results, tools, ends, arguments = [], [], [], [], [], set()
    pending = {}
    for index, message in enumerate(simulation["messages"]):
        role, content = message["role"], message.get("content")
        calls = [call for call in (message.get("tool_calls") or []) if call.get("requestor") != "user"]
        if role == "user" and (content or not message.get("tool_calls")):
            lengths.append(units(content or ""))
        if role == "assistant":
            if index > 0 or message.get("usage") or calls:
                models.append((message.get("raw_data") or {}).get("model") or llm)
            for call in calls:
                tools.append(call["name"])
                pending[call["id"]] = len(ends)
                ends.append("no answer")
                for key, value in call["arguments"].items():
                    kind = {str: "string", bool: "boolean", list: "list", dict: "object", type(None): "null"}
                    arguments.add(f"{call['name']} {key}:{kind.get(type(value), 'number')}")
        if role == "tool":
            for part in message.get("tool_messages") or [message]:
                if (part.get("requestor") or message.get("requestor")) == "user":
                    continue
                text = part.get("content") or ""
                failed = part.get("error") or re.match(r"\s*error\b", text, re.IGNORECASE)
                ends[pending.pop(part["id"])] = "failed" if failed else "ok"
                if not part.get("error"):
                    results.append(units(text))
    words = re.findall(r"[^\W_](?:[^\W_]|['\u2019])*", policy)
    return {
        "model": models,
        "message length": lengths,
        "user turns": [len(lengths)],
        "tool calls": [len(tools)],
        "tool result size": results,
        "tools called": tools,
        "tool errors": ends,
        "tool arguments": arguments or None,
        "system prompt": {" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))},
    }


def masses(runs, name):
    """Mean over the runs that tell: each run's values share a mass of 1."""
    telling = [run[name] for run in runs if run[name]]
    total = Counter()
    for values in telling:
        for value in values:
            total[value] += 1 / len(values) / len(telling)
    return total


def shares(runs, name):
    telling = [run[name] for run in runs if run[name] is not None]
    total = Counter()
    for held in telling:
        for thing in held:
            total[thing] += 1 / len(telling)
    return total


def jensen_shannon(a, b):
    def entropy(masses):
        return -sum(mass * math.log2(mass) for mass in masses if mass > 0)

    keys = set(a) | set(b)
    middle = entropy([(a[key] + b[key]) / 2 for key in keys])
    return math.sqrt(max(0, middle - (entropy(a.values()) + entropy(b.values())) / 2))


def kolmogorov_smirnov(a, b):
    return max(abs(sum(m for p, m in a.items() if p <= at) - sum(m for p, m in b.items() if p <= at)) for at in set(a) | set(b))


def jaccard(a, b):
    keys = set(a) | set(b)
    return 1 - sum(min(a[key], b[key]) for key in keys) / sum(max(a[key], b[key]) for key in keys)


METHODS = {
    "model": (masses, jensen_shannon),
    "tools called": (masses, jensen_shannon),
    "tool errors": (masses, jensen_shannon),
    "message length": (masses, kolmogorov_smirnov),
    "user turns": (masses, kolmogorov_smirnov),
    "tool calls": (masses, kolmogorov_smirnov),
    "tool result size": (masses, kolmogorov_smirnov),
    "tool arguments": (shares, jaccard),
    "system prompt": (shares, jaccard),
}


def measure(evals, production):
    left, right = read(evals), read(production)
    distances = {name: distance(of(left, name), of(right, name)) for name, (of, distance) in METHODS.items()}
    known = {tool for run in left for tool in run["tools called"]}
    unknown = Counter(tool for run in right for tool in set(run["tools called"]) - known)
    return {"evals": evals, "production": production, "distances": distances, "toolsOnlyInProduction": dict(sorted(unknown.items()))}


json.dump([measure(*pair) for pair in PAIRS], sys.stdout, indent=1)
print()
