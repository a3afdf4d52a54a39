import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { defineAgent } from "aegis";
import { isStepCount, jsonSchema, tool, ToolLoopAgent } from "ai";
import { SHOP_TOOLS } from "./shop-tools.ts";

/** An AI SDK agent as anybody has it: nothing in it but `defineAgent` knows of Aegis. */
export default defineAgent({
  name: "any-language",
  version: "1-ai-sdk",
  agent: ({ env }) => {
    const provider = createOpenAICompatible({
      name: "endpoint",
      baseURL: env["AEGIS_MODEL_URL"] ?? "",
      apiKey: "unused",
    });
    const tools = SHOP_TOOLS.map(({ name, description, parameters, run }) => [
      name,
      tool({
        description,
        inputSchema: jsonSchema<Record<string, unknown>>(parameters),
        execute: (given) => run(given, env["SHOP_URL"] ?? ""),
      }),
    ]);
    return new ToolLoopAgent({
      model: provider("any-language"),
      instructions: "You answer the customers of a small shop.",
      stopWhen: isStepCount(10),
      tools: Object.fromEntries(tools),
    });
  },
});
