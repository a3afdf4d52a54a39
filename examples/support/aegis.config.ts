import { defineConfig } from "aegis";

/** What a small model costs, in micro-USD per million tokens: scripted models have no price of their own. */
const PRICE = { inputMicroUsd: 250_000, outputMicroUsd: 2_000_000 };

export default defineConfig({
  agents: {
    careful: "./agents/careful.ts",
    naive: "./agents/naive.ts",
    changed: "./agents/changed.ts",
  },
  serve: { world: "./serve-world.ts", grants: ["refund.request", "refund.issue"] },
  prices: {
    "scripted/support": PRICE,
    "scripted/support-naive": PRICE,
  },
});
