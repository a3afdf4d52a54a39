"""Three ways to ask a model over HTTP, streamed or whole. Python 3.9 or newer, no packages.

Each keeps the conversation in its own form: `ask()` gives the text and the tool calls of the next answer,
`add_results()` tells what the tools gave.
"""

import json
import urllib.request


class ChatCompletions:
    """OpenAI chat completions, as most servers speak them."""

    path = "/chat/completions"

    def __init__(self, url, is_streamed, tools, system, messages):
        self.url, self.is_streamed = url, is_streamed
        self.tools = [{"type": "function", "function": tool} for tool in tools]
        self.messages = [{"role": "system", "content": system}, *messages]

    def ask(self):
        body = {"model": "any-language", "messages": self.messages, "tools": self.tools, "stream": self.is_streamed}
        if self.is_streamed:
            body["stream_options"] = {"include_usage": True}
            message = self.fold(stream(self.url + self.path, body))
        else:
            message = post(self.url + self.path, body)["choices"][0]["message"]
        self.messages.append(message)
        calls = [
            (call["id"], call["function"]["name"], json.loads(call["function"]["arguments"]))
            for call in message.get("tool_calls") or []
        ]
        return message.get("content") or "", calls

    def add_results(self, results):
        for call_id, result in results:
            self.messages.append({"role": "tool", "tool_call_id": call_id, "content": json.dumps(result)})

    @staticmethod
    def fold(events):
        message, calls = {"role": "assistant", "content": ""}, {}
        for event in events:
            for choice in event["choices"]:
                delta = choice["delta"]
                message["content"] += delta.get("content") or ""
                for piece in delta.get("tool_calls") or []:
                    call = calls.setdefault(piece["index"], {"type": "function", "function": {"name": "", "arguments": ""}})
                    call["id"] = piece.get("id") or call["id"]
                    for field, text in piece["function"].items():
                        call["function"][field] += text or ""
        return {**message, "tool_calls": list(calls.values())} if calls else message


class Responses:
    """OpenAI Responses."""

    path = "/responses"

    def __init__(self, url, is_streamed, tools, system, messages):
        self.url, self.is_streamed, self.system = url, is_streamed, system
        self.tools = [{"type": "function", "strict": False, **tool} for tool in tools]
        self.items = list(messages)

    def ask(self):
        body = {
            "model": "any-language",
            "instructions": self.system,
            "input": self.items,
            "tools": self.tools,
            "stream": self.is_streamed,
        }
        if self.is_streamed:
            *_, last = stream(self.url + self.path, body)
            answer = last["response"]
        else:
            answer = post(self.url + self.path, body)
        self.items += answer["output"]
        text = "".join(
            part["text"] for item in answer["output"] if item["type"] == "message" for part in item["content"]
        )
        calls = [
            (item["call_id"], item["name"], json.loads(item["arguments"]))
            for item in answer["output"]
            if item["type"] == "function_call"
        ]
        return text, calls

    def add_results(self, results):
        for call_id, result in results:
            self.items.append({"type": "function_call_output", "call_id": call_id, "output": json.dumps(result)})


class Messages:
    """Anthropic messages."""

    path = "/messages"

    def __init__(self, url, is_streamed, tools, system, messages):
        self.url, self.is_streamed, self.system = url, is_streamed, system
        self.tools = [
            {"name": tool["name"], "description": tool["description"], "input_schema": tool["parameters"]}
            for tool in tools
        ]
        self.messages = list(messages)

    def ask(self):
        body = {
            "model": "any-language",
            "max_tokens": 1000,
            "system": self.system,
            "messages": self.messages,
            "tools": self.tools,
            "stream": self.is_streamed,
        }
        if self.is_streamed:
            content = self.fold(stream(self.url + self.path, body))
        else:
            content = post(self.url + self.path, body)["content"]
        self.messages.append({"role": "assistant", "content": content})
        text = "".join(block["text"] for block in content if block["type"] == "text")
        calls = [(block["id"], block["name"], block["input"]) for block in content if block["type"] == "tool_use"]
        return text, calls

    def add_results(self, results):
        blocks = [
            {"type": "tool_result", "tool_use_id": call_id, "content": json.dumps(result)} for call_id, result in results
        ]
        self.messages.append({"role": "user", "content": blocks})

    @staticmethod
    def fold(events):
        blocks, inputs = [], {}
        for event in events:
            if event["type"] == "content_block_start":
                blocks.append(event["content_block"])
            elif event["type"] == "content_block_delta":
                block, delta = blocks[event["index"]], event["delta"]
                if delta["type"] == "text_delta":
                    block["text"] += delta["text"]
                elif delta["type"] == "input_json_delta":
                    inputs[event["index"]] = inputs.get(event["index"], "") + delta["partial_json"]
        for index, text in inputs.items():
            blocks[index]["input"] = json.loads(text)
        return blocks


FORMATS = {"chat": ChatCompletions, "responses": Responses, "messages": Messages}


def post(url, body=None):
    with open_url(url, body) as response:
        return json.load(response)


def stream(url, body):
    with open_url(url, body) as response:
        for line in response:
            if line.startswith(b"data: ") and line.strip() != b"data: [DONE]":
                yield json.loads(line[6:])


def open_url(url, body):
    headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
    request = urllib.request.Request(url, headers=headers)
    if body is not None:
        request.data = json.dumps(body).encode()
    return urllib.request.urlopen(request, timeout=20)
