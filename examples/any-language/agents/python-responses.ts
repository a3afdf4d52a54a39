import { defineAgent } from "aegis";

/** The Python program once more, asking its model by OpenAI Responses, streamed. */
export default defineAgent({
  name: "any-language",
  version: "1-python-responses",
  command: ["python3", "agent.py", "responses", "--stream"],
});
