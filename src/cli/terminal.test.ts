import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { processTerminal } from "./terminal.ts";

/** Streams as a process has them: `isTTY` is missing where there is no terminal. */
function open(
  tty: { stdin?: boolean; stdout?: boolean; stderr?: boolean; columns?: number },
  env: NodeJS.ProcessEnv = {},
) {
  const written: string[] = [];
  const stream = (name: "stdin" | "stdout" | "stderr") => {
    const through = new PassThrough()
      .setEncoding("utf8")
      .on("data", (text: string) => written.push(`${name}: ${text}`));
    return Object.assign(through, tty[name] ? { isTTY: true, columns: tty.columns ?? 80 } : {});
  };
  const streams = { stdin: stream("stdin"), stdout: stream("stdout"), stderr: stream("stderr"), env };
  return { terminal: processTerminal(streams as never), written };
}

const all = { stdin: true, stdout: true, stderr: true };

test.each([
  { tty: {}, env: {}, hasColor: false },
  { tty: all, env: {}, hasColor: true },
  { tty: { stderr: true }, env: {}, hasColor: false },
  { tty: all, env: { NO_COLOR: "1" }, hasColor: false },
  { tty: all, env: { NO_COLOR: "" }, hasColor: true },
  { tty: {}, env: { FORCE_COLOR: "1" }, hasColor: true },
  { tty: {}, env: { FORCE_COLOR: "3" }, hasColor: true },
  { tty: {}, env: { FORCE_COLOR: "true" }, hasColor: true },
  { tty: {}, env: { FORCE_COLOR: "" }, hasColor: false },
  { tty: all, env: { FORCE_COLOR: "0" }, hasColor: false },
  { tty: all, env: { FORCE_COLOR: "false" }, hasColor: false },
  { tty: {}, env: { FORCE_COLOR: "1", NO_COLOR: "1" }, hasColor: false },
  { tty: all, env: { TERM: "dumb" }, hasColor: false },
  { tty: all, env: { TERM: "dumb", FORCE_COLOR: "1" }, hasColor: true },
  { tty: all, env: { CI: "true" }, hasColor: true },
])("terminals $tty and $env: colour $hasColor", ({ tty, env, hasColor }) => {
  expect(open(tty, env).terminal.hasColor).toBe(hasColor);
});

test.each([
  { tty: {}, env: {}, canRedraw: false, isInteractive: false },
  { tty: all, env: {}, canRedraw: true, isInteractive: true },
  { tty: { stderr: true }, env: {}, canRedraw: true, isInteractive: false },
  { tty: { stdin: true, stdout: true }, env: {}, canRedraw: false, isInteractive: true },
  { tty: { stdout: true, stderr: true }, env: {}, canRedraw: true, isInteractive: false },
  { tty: all, env: { CI: "true" }, canRedraw: false, isInteractive: false },
  { tty: all, env: { TERM: "dumb" }, canRedraw: false, isInteractive: true },
])("terminals $tty and $env: redraws $canRedraw, asks $isInteractive", ({ tty, env, canRedraw, isInteractive }) => {
  expect(open(tty, env).terminal).toMatchObject({ canRedraw, isInteractive });
});

test.each([
  { tty: {}, width: 200 },
  { tty: { stdout: true, columns: 120 }, width: 120 },
  { tty: { stdout: true, columns: 20 }, width: 60 },
  { tty: { stdout: true, columns: 500 }, width: 200 },
])("terminals $tty: $width columns", ({ tty, width }) => {
  expect(open(tty).terminal.width).toBe(width);
});

test("results and notes go to streams of their own", async () => {
  const { terminal, written } = open(all);
  terminal.out("result");
  terminal.err("note");
  await expect.poll(() => written).toEqual(["stdout: result", "stderr: note"]);
});
