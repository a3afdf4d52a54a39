"""An agent in plain Python: a turn as JSON on stdin, the answer as JSON on stdout. Python 3.9 or newer, no packages.

    python3 agent.py [chat | responses | messages] [--stream]
"""

import json
import os
import sys
import urllib.error
import urllib.parse

sys.dont_write_bytecode = True  # a trial leaves nothing behind beside the agent's own files
from models import FORMATS, post  # noqa: E402

MODEL_URL = os.environ.get("AEGIS_MODEL_URL") or os.environ["OPENAI_BASE_URL"]
SHOP_URL = os.environ["SHOP_URL"]
STEPS_MAX = 10


def ask_shop(path, body=None):
    try:
        return post(SHOP_URL + path, body)
    except urllib.error.HTTPError as error:
        message = json.load(error).get("error", {}).get("message", "")
        return {"error": f"{error.code} {message}".strip()}


def tool(description, run, **properties):
    parameters = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
        "required": list(properties),
    }
    return {"description": description, "run": run, "parameters": parameters}


TOOLS = {
    "orders_get": tool(
        "One order with its items, dates and refunds.",
        lambda given: ask_shop("/orders/" + urllib.parse.quote(given["orderId"], safe="")),
        orderId="string",
    ),
    "refund_issue": tool(
        "Pays money back.",
        lambda given: ask_shop("/refunds", given),
        orderId="string",
        amountCents="integer",
    ),
    "ticket_escalate": tool(
        "Hands the case over to a person.",
        lambda given: ask_shop("/tickets", given),
        summary="string",
    ),
}


def answer_turn(turn, words):
    is_streamed = "--stream" in words
    form = next((word for word in words if word in FORMATS), "chat")
    tools = [
        {"name": name, "description": each["description"], "parameters": each["parameters"]}
        for name, each in TOOLS.items()
    ]
    system = "You answer the customers of a small shop."
    model = FORMATS[form](MODEL_URL, is_streamed, tools, system, turn["messages"])
    for _ in range(STEPS_MAX):
        text, calls = model.ask()
        if not calls:
            return text
        results = []
        for call_id, name, given in calls:
            result = TOOLS[name]["run"](given) if name in TOOLS else {"error": "there is no such tool"}
            results.append((call_id, result))
        model.add_results(results)
    return "I could not settle this."


if __name__ == "__main__":
    print(json.dumps({"answer": answer_turn(json.load(sys.stdin), sys.argv[1:])}))
