import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Projects that tests make in temporary folders import this very source, whether or not a build lies beside it.
    alias: [
      { find: /^aegis$/, replacement: source("index.ts") },
      { find: /^aegis\/(\w+)$/, replacement: source("$1/index.ts") },
    ],
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    // Most of the time is spent waiting for other processes: one file at a time would leave half of the machine idle.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
