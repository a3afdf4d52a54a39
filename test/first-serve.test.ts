import { spawn } from "node:child_process";
import { symlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { ROOT, endOf, mustRun, testProject } from "./cli-kit.ts";

test("a fresh project, served: the first conversation makes sense, and one Ctrl-C is answered once", async () => {
  const folder = testProject();
  symlinkSync(`${ROOT}/node_modules`, `${folder}/node_modules`);
  await mustRun(folder, ["init"]);
  // A process group of its own, as a shell gives it: the terminal's Ctrl-C reaches all of it.
  const child = spawn(process.execPath, [`${ROOT}/bin/aegis.mjs`, "serve", "--port", "0"], {
    cwd: folder,
    detached: true,
    env: { PATH: process.env["PATH"], HOME: folder, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = endOf(child);
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((found) =>
    lines.on("line", (line) => void (line.startsWith("Try it: ") && found(line.slice("Try it: ".length)))),
  );

  const page = await (await fetch(url)).text();
  for (const [, script = ""] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect((await fetch(new URL(script, url))).status, script).toBe(200);
  }
  const said: string[] = [];
  for (const message of ["hello", "Where is my order W1001?", "and W2001?", "I want my money back for W9"]) {
    said.push(await ask(url, message));
  }
  expect(said).toEqual([
    "Which order is this about? Please tell me its number.",
    "Order W1001 is shipped.",
    "Order W2001 is delivered.",
    "I find no order W9. Please check its number.",
  ]);
  expect(await ask(url, "W1001 came broken, I want a refund")).toBe("I refunded 30 USD for order W1001.");
  expect(await ask(url, "W2001 is broken, I want my money back")).toContain("passed this on to a colleague");

  process.kill(-(child.pid ?? 0), "SIGINT");
  expect(await ended).toMatchObject({
    exitCode: 0,
    stderr: "\nSIGINT received: finishing what is under way; once more to stop at once\n",
  });
});

async function ask(url: string, message: string): Promise<string> {
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const response = await fetch(new URL(path, url), { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as { id: string; status?: string; output?: { content: { text: string }[] }[] };
  };
  const { output = [] } = await post("/v1/responses", { model: "support", input: message });
  return output
    .flatMap(({ content }) => content ?? [])
    .map(({ text }) => text)
    .join("");
}
