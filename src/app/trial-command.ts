import { spawnSync } from "node:child_process";
import type { SandboxFacts } from "../domain/index.ts";

/**
 * Where the processor is emulated, code that was compiled for it has to be translated once more: only what is really hot
 * is worth that. Loading an AI SDK agent takes half the time, and loops as long as before.
 */
const EMULATED = [
  "--no-sparkplug",
  "--invocation-count-for-maglev=20000",
  "--invocation-count-for-maglev-osr=5000",
  "--invocation-count-for-turbofan=60000",
  "--invocation-count-for-osr=25000",
];

let isKnown: boolean | undefined;

/** How a sandbox runs one of our programs: with the same words each time, or what Node compiled before is of no use. */
export function nodeCommand(facts: SandboxFacts, program: readonly string[]): string[] {
  const flags = facts.accelerator === "tcg" && areKnown() ? EMULATED : [];
  return [process.execPath, ...flags, "--disable-warning=ExperimentalWarning", ...program];
}

/** Another version of Node may have other names for them, and would refuse to start. */
function areKnown(): boolean {
  isKnown ??= spawnSync(process.execPath, [...EMULATED, "--eval", "0"], { stdio: "ignore" }).status === 0;
  return isKnown;
}
