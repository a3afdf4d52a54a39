import { defineConfig } from "aegis";

export default defineConfig({
  agents: {
    "ai-sdk": "./agents/ai-sdk.ts",
    http: "./agents/http.ts",
    python: "./agents/python.ts",
    "python-responses": "./agents/python-responses.ts",
    "python-messages": "./agents/python-messages.ts",
  },
});
