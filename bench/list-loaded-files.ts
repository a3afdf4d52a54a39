// Preloaded into a program: writes the files it imported, one a line, when it ends.
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:")) loaded.add(url);
    return next(url, context);
  },
});
process.on("exit", () => writeFileSync(process.env["BENCH_LOADED_FILES"] ?? "/dev/null", [...loaded].join("\n")));
