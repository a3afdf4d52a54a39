import { defineAgent } from "aegis";

/** The Python program once more, asking its model by Anthropic messages, streamed. */
export default defineAgent({
  name: "any-language",
  version: "1-python-messages",
  command: ["python3", "agent.py", "messages", "--stream"],
});
