import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["aegis-source"] },
  ssr: { resolve: { conditions: ["aegis-source"] } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
