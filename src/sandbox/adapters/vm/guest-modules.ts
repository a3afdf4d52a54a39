import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../../../", import.meta.url));

/** The supervisor and all it imports, as plain modules: by path below the source folder, with `.js`. */
export function guestModules(): ReadonlyMap<string, string> {
  const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  const modules = new Map<string, string>();
  const waiting = [join(SOURCE, `sandbox/vm-guest/supervisor${ending}`)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const name = relative(SOURCE, path).replace(/\.ts$/, ".js");
    if (modules.has(name)) continue;
    const text = readFileSync(path, "utf8");
    const plain = ending === ".ts" ? stripTypes(text) : text;
    modules.set(name, plain.replace(/^((?:import|export|\}).*?from\s+"\.[^"]*)\.ts"/gm, '$1.js"'));
    for (const [, target = ""] of plain.matchAll(/^(?:import|export|\}).*?from\s+"(\.[^"]*)"/gm)) {
      waiting.push(join(dirname(path), target));
    }
  }
  return modules;
}

/** Says once per process that it is experimental, which nobody here needs to hear. */
function stripTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}
