import { defineConfig } from "aegis";

export default defineConfig({
  agents: {
    careful: "./agents/careful.ts",
    naive: "./agents/naive.ts",
  },
});
