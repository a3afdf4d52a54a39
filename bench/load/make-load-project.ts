import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../project-root.ts";

const CONFIG = `import { defineConfig } from "aegis";

export default defineConfig({ agents: { streamer: "./agents/streamer.ts" } });
`;

const AGENT = `import { defineAgent } from "aegis";
import { ToolLoopAgent } from "ai";
import { tickingModel } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "ticking-model.ts")).href)};

export default defineAgent({
  name: "streamer",
  version: "1",
  agent: () => new ToolLoopAgent({ model: tickingModel() }),
});
`;

/** A project with one ordinary AI SDK agent, in a folder of the caller's. */
export function makeLoadProject(folder: string): string {
  const project = join(folder, "project");
  mkdirSync(join(project, "agents"), { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "load", private: true, type: "module" }));
  writeFileSync(join(project, "aegis.config.ts"), CONFIG);
  writeFileSync(join(project, "agents", "streamer.ts"), AGENT);
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  return project;
}
