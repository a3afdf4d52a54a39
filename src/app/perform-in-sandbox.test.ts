import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { processSandboxProvider } from "../sandbox/adapters/process-sandbox.ts";
import { renderTrials } from "../cli/render-trials.ts";
import { openApp } from "./open-app.ts";
import { makeProject } from "./project.test-kit.ts";
import { runEval } from "./run-eval.ts";

/** An agent that writes lines of its own to the channel, in the sandbox, before it answers or fails. */
const agent = (lines: readonly unknown[], then: string) => `
import { writeSync } from "node:fs";
import { defineAgent } from "aegis";
const lines = ${JSON.stringify(lines)};
const run = () => {
  for (const line of lines) writeSync(3, JSON.stringify(line) + "\\n");
  ${then}
};
export default defineAgent({ name: "forger", version: "1", run });
`;
const SUITE = "name: forged\nagent: forger\ntrials: 1\nchecks: [toolsSucceeded]\ncases: [{ id: one, input: hi }]\n";
