import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { posix } from "node:path";

/** One script of the page. */
export interface BrowserModule {
  /** Relative to the source's root, e.g. `client/index.ts`. */
  readonly path: string;
  readonly body: string;
}

/**
 * An entry and all it imports, for a browser to load as they are. There is no bundler: the files keep their places
 * among each other, so that the relative imports that hold on disk hold in the addresses too. From the source, where
 * they end in `.ts`, their types are blanked out; a build has them as `.js` already, with the imports rewritten.
 * @param root folder the paths are relative to, ending in a slash
 */
export function browserModules(root: URL, entry: string): BrowserModule[] {
  const modules = new Map<string, BrowserModule>();
  const waiting = [entry];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (modules.has(path)) continue;
    const text = readFileSync(new URL(path, root), "utf8");
    const body = path.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
    modules.set(path, { path, body });
    for (const [, specifier = ""] of body.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+"(\.[^"]+)"/gm)) {
      waiting.push(posix.join(posix.dirname(path), specifier));
    }
  }
  return [...modules.values()];
}
