import { AegisError } from "../../kernel/index.ts";

/** Hostile names are told shortened and quoted. */
export function badWorkspace(problem: string, path?: string): AegisError {
  const place = path === undefined ? "" : ` at ${JSON.stringify(path.slice(0, 200))}`;
  return new AegisError("sandbox.bad_workspace", `the workspace${place}: ${problem}`);
}
