import { resolve } from "node:path";
import { AegisError } from "../../kernel/index.ts";
import { type OpenWorld, openWorld, type WorldFactory } from "../../world/index.ts";
import type { App } from "../open-app.ts";
import { importModule } from "../import-agent.ts";
import { registerDoors } from "../register-doors.ts";

/** The services that `serve.world` of the config starts; none where it names no file. */
export async function openServeWorld(app: App): Promise<OpenWorld> {
  const { serve, root } = await app.config();
  const factory = serve.world === undefined ? undefined : await importFactory(resolve(root, serve.world));
  const nothing = { caseId: "serve", attemptIndex: 0, seed: 0, state: {}, user: null, metadata: {} };
  return openWorld({ factory, request: { ...nothing, signal: new AbortController().signal } });
}

async function importFactory(file: string): Promise<WorldFactory> {
  registerDoors();
  const { default: factory } = await importModule(file);
  if (typeof factory === "function") return factory as WorldFactory;
  throw new AegisError("config.bad_file", `serve.world: ${file} does not export a function as default`);
}
