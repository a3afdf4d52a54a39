import { minifySync } from "@swc/core";
import { expect, test } from "vitest";
import { browserModules } from "../server/chat-page/browser-modules.ts";

const modules = browserModules(new URL("../", import.meta.url), "client/index.ts");
const minified = modules.map(({ path, body }) => {
  return { path, code: minifySync(body, { module: true, compress: true, mangle: true }).code };
});
const IMPORT = /\bimport\s*(?:[^"';]*from\s*)?"([^"]+)";?/g;

test("the client is made of its own files alone", () => {
  expect(modules.length).toBeGreaterThan(8);
  for (const { path, code } of minified) {
    expect(path).toMatch(/^client\/[a-z-]+\.ts$/);
    for (const [, specifier] of code.matchAll(IMPORT)) expect(specifier, path).toMatch(/^\.\//);
    expect(code, path).not.toMatch(/\b(?:process|Buffer|require)\b|\bimport\(/);
  }
});

test("it stays below 15 kB, minified and joined as a bundler does", () => {
  const joined = minified.map(({ code }) => code.replaceAll(IMPORT, "")).join("");
  expect(Buffer.byteLength(joined)).toBeLessThan(15_000);
});
