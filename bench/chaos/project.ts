// A project in a folder of its own, with the agents that are put under chaos.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../project-root.ts";

export interface ChaosProject {
  readonly folder: string;
  readonly storePath: string;
  /** Writes the agents' files anew, at another version. */
  setVersion(version: string): void;
  remove(): void;
}

export type AgentFile = "mixer" | "talker" | "stepper";

/** @param agents each a file in bench/chaos that exports `NAMEAgent(version)` */
export function makeChaosProject(agents: readonly AgentFile[], config = ""): ChaosProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "aegis-chaos-")));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const setVersion = (version: string) => {
    for (const name of agents) {
      const source = pathToFileURL(join(ROOT, "bench", "chaos", `${name}-agent.ts`)).href;
      write(
        `agents/${name}.ts`,
        `import { ${name}Agent } from ${JSON.stringify(source)};\nexport default ${name}Agent(${JSON.stringify(version)});\n`,
      );
    }
  };
  write("package.json", '{"type":"module"}');
  write("aegis.config.ts", `export default { ${config} };\n`);
  setVersion("1");
  return {
    folder,
    storePath: join(folder, ".aegis", "store.db"),
    setVersion,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
