// A registry mirror may lack optional packages that are for other platforms. npm then leaves them out of the lock file,
// and `npm ci` refuses that file everywhere. This adds the missing entries, as npm would have written them, so that
// they are known by name and version and skipped where they do not fit. Run after `npm install`.
import { readFileSync, writeFileSync } from "node:fs";

const SYSTEMS = ["darwin", "linux", "win32", "freebsd", "android", "openharmony", "sunos", "netbsd", "openbsd", "aix"];
const PROCESSORS = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "loong64", "mips64el", "wasm32"];

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const own = `${path}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (lock.packages[own] || lock.packages[top]) continue;
    const parts = name.split(/[-/]/);
    const os = SYSTEMS.filter((system) => parts.includes(system));
    const cpu = PROCESSORS.filter(
      (processor) => parts.includes(processor) || (processor === "arm" && parts.includes("arm")),
    );
    if (os.length === 0 && cpu.length === 0) continue;
    lock.packages[top] = {
      version,
      ...(cpu.length > 0 && { cpu }),
      ...(entry.dev && { dev: true }),
      optional: true,
      ...(os.length > 0 && { os }),
      ...(parts.includes("musl") && { libc: ["musl"] }),
    };
    added.push(`${name}@${version}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} entries added${added.length > 0 ? `: ${added.join(", ")}` : ""}`);
