import { join } from "node:path";
import { mastra } from "../peers.ts";
import type { DialectName } from "./dialects.ts";
import { makeLoadProject } from "./make-load-project.ts";
import type { ServerProgram } from "./serve-program.ts";

export interface LoadServer {
  readonly name: string;
  readonly dialect: DialectName;
  /** @param folder where it may keep its files */
  readonly program: (folder: string) => ServerProgram;
}

const here = (name: string) => join(import.meta.dirname, name);

/** `aegis serve` as anybody starts it: one store file, every event on the disk before it is shown. */
export function aegisServer(aegis: string): LoadServer {
  return {
    name: "aegis",
    dialect: "aegis",
    program: (folder) => ({
      name: "aegis",
      command: [process.execPath, aegis, "serve", "--port", "0", "--single", "--json"],
      cwd: makeLoadProject(folder),
      env: { AEGIS_STORE: join(folder, "aegis.db") },
    }),
  };
}

/** The same streams from Hono, kept nowhere. */
export function honoServer(): LoadServer {
  const command = [process.execPath, here("hono-server.ts")];
  return { name: "bare Hono", dialect: "plain", program: () => ({ name: "bare Hono", command }) };
}

/** The same model as a Mastra agent with its memory in a LibSQL file; undefined where it cannot be installed. */
export function mastraServer(): LoadServer | undefined {
  const peer = mastra({ mayInstall: true });
  if (peer === undefined) return undefined;
  const command = [process.execPath, here("mastra-server.ts"), peer.folder];
  return {
    name: "Mastra + LibSQL",
    dialect: "plain",
    program: (folder) => ({ name: "Mastra", command: [...command, `file:${join(folder, "mastra.db")}`] }),
  };
}
