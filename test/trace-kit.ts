import { readFileSync } from "node:fs";
import { expect, onTestFinished } from "vitest";
import type { RunEvent, TraceSummary } from "../src/domain/index.ts";
import { endOf, eventually, runCli, startCli } from "./cli-kit.ts";

/** The smallest project that can be served. */
export const ECHO = {
  "agents/echo.ts": `import { defineAgent } from "aegis";
export default defineAgent({ name: "echo", version: "1", run: ({ message }) => message });
`,
};

/** `aegis serve --single` of a project, as a process of its own; gone when the test ends. */
export async function serve(folder: string, env: NodeJS.ProcessEnv = {}) {
  const child = startCli(folder, ["serve", "--single", "--port", "0", "--json"], env);
  const ended = endOf(child);
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return await ended;
  };
  onTestFinished(async () => void (await end("SIGKILL")));
  await eventually(() => /^\{"url"/m.test(said), 20_000);
  const line = said.split("\n").find((each) => each.startsWith('{"url"')) ?? "";
  const { url } = JSON.parse(line) as { readonly url: string };
  return { url, pid: child.pid ?? 0, end };
}

/** What `aegis trace list --json` prints. */
export async function listed(folder: string, words: readonly string[] = []): Promise<TraceSummary[]> {
  const { exitCode, stdout, stderr } = await runCli(folder, ["trace", "list", "--json", ...words]);
  expect(exitCode, stderr).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TraceSummary);
}

/** What GET /v1/traces answers, newest first. */
export async function listedBy(url: string, query = ""): Promise<TraceSummary[]> {
  const response = await fetch(`${url}/v1/traces${query}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly items: TraceSummary[] }).items;
}

/** What GET /v1/traces/:id/events answers. */
export async function eventsBy(url: string, id: string): Promise<RunEvent[]> {
  const response = await fetch(`${url}/v1/traces/${id}/events`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly items: RunEvent[] }).items;
}

/** What a process has in memory, in MiB. */
export function residentMib(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kib) / 1024);
}
