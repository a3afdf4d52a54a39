"""An agent in plain Python: a turn as JSON on stdin, the answer as JSON on stdout. Python 3.9 or newer, no packages."""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

MODEL_URL = os.environ.get("AEGIS_MODEL_URL") or os.environ["OPENAI_BASE_URL"]
SHOP_URL = os.environ["SHOP_URL"]
STEPS_MAX = 10


def ask(url, body=None):
    request = urllib.request.Request(url, headers={"content-type": "application/json"})
    if body is not None:
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def ask_shop(path, body=None):
    try:
        return ask(SHOP_URL + path, body)
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


def ask_model(messages):
    tools = [
        {
            "type": "function",
            "function": {"name": name, "description": each["description"], "parameters": each["parameters"]},
        }
        for name, each in TOOLS.items()
    ]
    answer = ask(MODEL_URL + "/chat/completions", {"model": "any-language", "messages": messages, "tools": tools})
    return answer["choices"][0]["message"]


def answer_turn(turn):
    messages = [{"role": "system", "content": "You answer the customers of a small shop."}, *turn["messages"]]
    for _ in range(STEPS_MAX):
        message = ask_model(messages)
        messages.append(message)
        calls = message.get("tool_calls") or []
        if not calls:
            return message.get("content") or ""
        for call in calls:
            name, given = call["function"]["name"], json.loads(call["function"]["arguments"])
            result = TOOLS[name]["run"](given) if name in TOOLS else {"error": "there is no such tool"}
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": json.dumps(result)})
    return "I could not settle this."


if __name__ == "__main__":
    print(json.dumps({"answer": answer_turn(json.load(sys.stdin))}))
