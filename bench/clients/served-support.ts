// `aegis serve` as a child process: on the support example itself, and on a project with its slow variant.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { clonedAegis } from "../aegis-under-test.ts";
import { startLocalSystem } from "../chaos/local-system.ts";
import { ROOT } from "../project-root.ts";

export interface ServedSupport {
  readonly name: "the example" | "its slow variant";
  readonly agent: string;
  readonly url: string;
  /** kill -9 of the process that serves; its supervisor starts the next. */
  kill(): Promise<void>;
  said(): string;
  stop(): Promise<void>;
}

const EXAMPLE = join(ROOT, "examples", "support");

/** The very example, with its world; only its store lies elsewhere. */
export async function serveExample(): Promise<ServedSupport> {
  return serve({ name: "the example", agent: "careful", folder: () => EXAMPLE });
}

export async function serveSlowVariant(): Promise<ServedSupport> {
  return serve({ name: "its slow variant", agent: "slow", folder: makeSlowProject });
}

interface What {
  readonly name: ServedSupport["name"];
  readonly agent: string;
  readonly folder: (temporary: string) => string;
}

async function serve({ name, agent, folder }: What): Promise<ServedSupport> {
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "aegis-clients-")));
  const remove = () => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  const storePath = join(temporary, "store.db");
  try {
    const system = await startLocalSystem({
      aegis: clonedAegis(),
      project: { folder: folder(temporary), storePath, setVersion: () => undefined, remove },
      isSupervised: true,
      env: { AEGIS_STORE: storePath, HOME: temporary },
    });
    return {
      name,
      agent,
      url: system.url(),
      kill: () => system.kill(),
      said: () => system.said(),
      stop: async () => {
        await system.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function makeSlowProject(temporary: string): string {
  const from = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, path)).href);
  mkdirSync(join(temporary, "agents"));
  const write = (path: string, text: string) => writeFileSync(join(temporary, path), `${text}\n`);
  write("package.json", '{"type":"module"}');
  write("aegis.config.ts", 'export default { serve: { world: "./world.ts" } };');
  write("world.ts", `export { default } from ${from("examples/support/world.ts")};`);
  write(
    "agents/slow.ts",
    `import { slowSupportAgent } from ${from("bench/clients/slow-support-agent.ts")};\nexport default slowSupportAgent;`,
  );
  return temporary;
}
