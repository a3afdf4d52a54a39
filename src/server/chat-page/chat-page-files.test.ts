import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { browserModules } from "./browser-modules.ts";
import { chatPageFiles } from "./chat-page-files.ts";
import { mountChatPage } from "./mount-chat-page.ts";

const files = chatPageFiles();
const html = files.get("/")?.body ?? "";

test("everything the page and its scripts ask for is there", () => {
  const asked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
  expect(asked.length).toBeGreaterThan(20);
  for (const address of asked) expect(files.has(address ?? ""), address).toBe(true);
  for (const [path, { body }] of files) {
    if (!path.endsWith(".ts")) continue;
    const imports = [...body.matchAll(/\b(?:from|import)\s*\(?"([^"]+)"/g)].map(([, specifier = ""]) => specifier);
    for (const specifier of imports) {
      expect(files.has(new URL(specifier, `http://page${path}`).pathname), `${path}: ${specifier}`).toBe(true);
    }
  }
});

test("nothing but the client and the page's own scripts is handed out", () => {
  const scripts = [...files.keys()].filter((path) => path.endsWith(".ts"));
  expect(scripts.every((path) => /^\/chat\/(client|server\/chat-page\/page)\/[a-z-]+\.ts$/.test(path))).toBe(true);
});

test("no script or style stands in the page, and no markup is made from text", () => {
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:/i);
  const scripts = [...files.values()].map(({ body }) => body).join("\n");
  expect(scripts).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser/);
});

test("every file comes with the policy and is sent again only when changed", async () => {
  const app = new Hono();
  mountChatPage(app);
  for (const path of files.keys()) {
    const answer = await app.request(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    const etag = answer.headers.get("etag") ?? "";
    const again = await app.request(path, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  }
  for (const path of ["/chat/", "/chat/server/index.ts", "/chat/../package.json", "/chat/client/index.test.ts"]) {
    expect((await app.request(path)).status, path).toBe(404);
  }
});

test("built files are handed out as they are, with what they import", () => {
  const root = mkdtempSync(join(tmpdir(), "aegis-modules-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "page"));
  mkdirSync(join(root, "client"));
  writeFileSync(
    join(root, "page", "main.js"),
    'import { a } from "../client/index.js";\nimport {\n  b,\n} from "./b.js";\na(b);\n',
  );
  writeFileSync(join(root, "page", "b.js"), 'export const b = "from \\"./nowhere.js\\"";\n');
  writeFileSync(join(root, "client", "index.js"), 'export { a } from "./a.js";\n');
  writeFileSync(join(root, "client", "a.js"), "export const a = () => 1;\n");
  const modules = browserModules(pathToFileURL(`${root}/`), "page/main.js");
  expect(modules.map(({ path }) => path)).toEqual(["page/main.js", "client/index.js", "page/b.js", "client/a.js"]);
});
