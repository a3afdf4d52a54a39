// The program that fills a compile cache, in a sandbox of its own: loads what a trial's program loads and runs no trial.
// Says on file descriptor 3 which files those were.
import { flushCompileCache, registerHooks } from "node:module";
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isAgentDefinition } from "../agent/index.ts";
import { importModule } from "./import-agent.ts";
import { loadAgentAdapter } from "./open-agent-session.ts";
import { registerDoors } from "./register-doors.ts";

const CONTROL = 3;

async function main(file: string): Promise<void> {
  const loaded = new Set<string>();
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith("file:")) loaded.add(fileURLToPath(resolved.url));
      return resolved;
    },
  });
  registerDoors();
  await Promise.all([
    import("./conduct-trial.ts"),
    import("./trust-authority.ts"),
    import("./start-services.ts"),
    import("../agent/faults/index.ts"),
    import("../fault/index.ts"),
  ]);
  const { default: agent } = await importModule(file);
  if (isAgentDefinition(agent)) await loadAgentAdapter(agent);
  flushCompileCache();
  for (const path of [file, ...loaded]) writeSync(CONTROL, `${JSON.stringify({ loaded: path })}\n`);
}

// What the agent's file leaves open is not waited for.
main(process.argv[2] ?? "").then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
