import { defineConfig } from "aegis";

export default defineConfig({
  agents: {
    good: "./agents/good.ts",
    "leaks-state": "./agents/leaks-state.ts",
    "exits-process": "./agents/exits-process.ts",
    "rejects-unhandled": "./agents/rejects-unhandled.ts",
    "loops-forever": "./agents/loops-forever.ts",
    "never-resolves": "./agents/never-resolves.ts",
    "floods-stdout": "./agents/floods-stdout.ts",
    "leaves-daemon": "./agents/leaves-daemon.ts",
  },
});
