#!/usr/bin/env node
// Starts Aegis on a Node that can run it. Kept in plain JavaScript that old versions of Node understand.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NODE_MAJOR_MIN = 26;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const words = process.argv.slice(2);

if (words[0] === "--version" || words[0] === "-V") {
  process.stdout.write(`${JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version}\n`);
} else if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR_MIN) {
  nodeModule.enableCompileCache?.();
  if (process.env.AEGIS_LAUNCHED === "1") followLauncher();
  // The published package is built; a clone runs its source.
  const source = join(root, "src", "cli", "main.ts");
  const entry = existsSync(source) ? source : join(root, "dist", "cli", "main.js");
  const { main } = await import(pathToFileURL(entry).href);
  process.exitCode = await main(words);
  // A process of `aegis serve` that let go of its supervisor would lose its exit code.
  if (process.env.AEGIS_SERVE_DEPLOY !== undefined) process.exit();
  if (process.connected) process.disconnect();
} else {
  startNewerNode();
}

/** Ends with the launcher that started this process, also when that was killed. */
function followLauncher() {
  delete process.env.AEGIS_LAUNCHED;
  process.channel?.unref();
  process.once("disconnect", () => {
    if (process.exitCode === undefined) process.kill(process.pid, "SIGTERM");
  });
}

function startNewerNode() {
  const node = findNode();
  if (!node) {
    process.stderr.write(
      `error node.too_old: Aegis needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.versions.node}\n` +
        `  fix: npm install --save-dev node@${NODE_MAJOR_MIN}\n`,
    );
    process.exitCode = 69;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...words], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, AEGIS_LAUNCHED: "1", PATH: `${dirname(node)}:${process.env.PATH ?? ""}` },
  });
  // A terminal sends Ctrl-C to both: the child takes two within half a second for one.
  process.on("SIGINT", () => child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal === "SIGINT" ? 2 : signal === "SIGTERM" ? 15 : 9);
  });
}

/** The npm package `node` brings a binary: beside Aegis, or in the project it is called from. */
function findNode() {
  for (const from of [join(root, "package.json"), join(process.cwd(), "package.json")]) {
    try {
      const binary = join(dirname(nodeModule.createRequire(from).resolve("node/package.json")), "bin", "node");
      if (existsSync(binary)) return binary;
    } catch {
      // not installed there
    }
  }
  return undefined;
}
