import { existsSync } from "node:fs";
import { registerHooks } from "node:module";

/** From source, and built. A loader may add a query to this file's own address, so what is there is looked up. */
const EXTENSIONS = ["ts", "js"];

/** The public doors, as package.json exports them. */
const DOORS: Readonly<Record<string, string>> = {
  aegis: "index",
  "aegis/eval": "eval/index",
  "aegis/model": "model/index",
  "aegis/store": "store/index",
  "aegis/sandbox": "sandbox/index",
  "aegis/testing": "testing/index",
};

let isRegistered = false;

/**
 * Lets the user's files import `aegis` and get this very installation: one copy per process, also when the project has
 * none of its own (npx). Works for whatever file asks.
 */
export function registerDoors(): void {
  if (isRegistered) return;
  isRegistered = true;
  registerHooks({
    resolve(specifier, context, next) {
      const door = DOORS[specifier];
      if (door === undefined) return next(specifier, context);
      const urls = EXTENSIONS.map((extension) => new URL(`../${door}.${extension}`, import.meta.url));
      const url = urls.find((each) => existsSync(each));
      return url ? { url: url.href, shortCircuit: true } : next(specifier, context);
    },
  });
}
