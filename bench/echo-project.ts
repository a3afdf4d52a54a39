import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Program } from "./time-process.ts";

export interface EchoLoad {
  readonly cases: number;
  readonly width: number;
  /** How long the agent takes to answer. */
  readonly agentMs: number;
}

const AEGIS_SUITE = `import { suite } from "aegis";

const caseCount = Number(process.env["BENCH_CASES"]);
const agentMs = Number(process.env["BENCH_AGENT_MS"]);

suite("echo", {
  data: Array.from({ length: caseCount }, (_, index) => ({ input: \`question \${index}\`, expected: \`question \${index}\` })),
  task: async (input: string) => {
    if (agentMs > 0) await new Promise((done) => setTimeout(done, agentMs));
    return input;
  },
  scorers: [function equals({ output, expected }) { return output === expected; }],
  trials: 1,
});
`;

const VITEST_FILE = `const caseCount = Number(process.env["BENCH_CASES"]);
const agentMs = Number(process.env["BENCH_AGENT_MS"]);
const rows = Array.from({ length: caseCount }, (_, index) => [\`question \${index}\`]);

test.concurrent.each(rows)("%s", async (question) => {
  if (agentMs > 0) await new Promise((done) => setTimeout(done, agentMs));
  const answer = question;
  expect(answer).toBe(question);
});
`;

const PROMPTFOO_PROVIDER = `const agentMs = Number(process.env["BENCH_AGENT_MS"]);
export default class Echo {
  id() { return "echo-agent"; }
  async callApi(prompt) {
    if (agentMs > 0) await new Promise((done) => setTimeout(done, agentMs));
    return { output: prompt };
  }
}
`;

const PROMPTFOO_CONFIG = `const caseCount = Number(process.env["BENCH_CASES"]);
export default {
  prompts: ["{{question}}"],
  providers: ["file://provider.mjs"],
  tests: Array.from({ length: caseCount }, (_, index) => ({
    vars: { question: \`question \${index}\` },
    assert: [{ type: "equals", value: \`question \${index}\` }],
  })),
};
`;

/** The same echo agent and equality check for Aegis and its peers, in a folder that is removed when this process ends. */
export function makeEchoProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "aegis-bench-echo-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const files = {
    "package.json": JSON.stringify({ name: "echo", private: true, type: "module" }),
    "evals/echo.eval.ts": AEGIS_SUITE,
    "vitest/echo.test.ts": VITEST_FILE,
    "promptfoo/provider.mjs": PROMPTFOO_PROVIDER,
    "promptfoo/promptfooconfig.mjs": PROMPTFOO_CONFIG,
  };
  for (const name of ["evals", "vitest", "promptfoo"]) mkdirSync(join(folder, name));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

export function aegisEcho(
  aegis: string,
  project: string,
  load: EchoLoad & { readonly isolation: "none" | "process" },
): Program {
  const flags = ["--concurrency", String(load.width), "--isolation", load.isolation];
  return {
    command: [process.execPath, aegis, "eval", "run", "--suite", "echo", ...flags],
    cwd: project,
    env: loadEnv(load),
  };
}

export function vitestEcho(vitest: string, project: string, load: EchoLoad): Program {
  const flags = ["--globals", `--maxConcurrency=${load.width}`, "--root", join(project, "vitest")];
  return { command: [process.execPath, vitest, "run", ...flags], cwd: join(project, "vitest"), env: loadEnv(load) };
}

export function promptfooEcho(promptfoo: string, project: string, load: EchoLoad): Program {
  const flags = ["--no-cache", "--no-progress-bar", "--no-table", "--max-concurrency", String(load.width)];
  return {
    command: [process.execPath, promptfoo, "eval", "--config", "promptfooconfig.mjs", ...flags],
    cwd: join(project, "promptfoo"),
    env: {
      ...loadEnv(load),
      PROMPTFOO_CONFIG_DIR: join(project, "promptfoo", "state"),
      // Its log files make it crash at the end of a quick run ("write after end").
      PROMPTFOO_DISABLE_DEBUG_LOG: "1",
      PROMPTFOO_DISABLE_ERROR_LOG: "1",
      PROMPTFOO_DISABLE_TELEMETRY: "1",
      PROMPTFOO_DISABLE_UPDATE: "1",
    },
  };
}

function loadEnv({ cases, agentMs }: EchoLoad): Record<string, string> {
  return { BENCH_CASES: String(cases), BENCH_AGENT_MS: String(agentMs), CI: "1" };
}
