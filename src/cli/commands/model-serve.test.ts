import { expect, test } from "vitest";
import { type CliEnd, makeFolder, runCli } from "../run-cli.test-kit.ts";

const SCRIPT = `id: shop
rules:
  - when: { user: "order (W\\\\d+)" }
    then: { say: "{{user.1}} is shipped." }
fallback: { say: "Which order?" }
`;
const RECORDED = ['{"role":"user","content":"hi"}', '{"role":"assistant","content":"Hello."}'].join("\n");

interface Answer {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
}

/** Serves, asks once, and ends the server as Ctrl-C does. */
async function serveAndAsk(
  words: readonly string[],
  cwd: string,
): Promise<{ end: CliEnd; answer: string | undefined }> {
  let asked: Promise<Answer> | undefined;
  const end = await runCli(["model", "serve", "--json", ...words], {
    cwd,
    onStdout(text, child) {
      if (asked || !text.endsWith("\n")) return;
      const { url } = JSON.parse(text) as { url: string };
      const body = JSON.stringify({ model: "any", messages: [{ role: "user", content: "where is order W7?" }] });
      asked = fetch(`${url}/chat/completions`, { method: "POST", body })
        .then((response) => response.json() as Promise<Answer>)
        .finally(() => child.kill("SIGINT"));
    },
  });
  return { end, answer: (await asked)?.choices[0]?.message.content };
}

test.each([
  { what: "a script", words: ["--script", "script.yaml"], says: "W7 is shipped.", model: "scripted/shop" },
  { what: "a recording", words: ["--replay", "recorded.jsonl"], says: "Hello.", model: "replay/recorded" },
])("serves $what until it is interrupted", async ({ words, says, model }) => {
  const folder = makeFolder({ "script.yaml": SCRIPT, "recorded.jsonl": RECORDED });
  const { end, answer } = await serveAndAsk(words, folder.path);
  expect(answer).toBe(says);
  expect(JSON.parse(end.stdout)).toMatchObject({ model });
  expect(end.stderr).toContain(says);
  expect(end.exitCode).toBe(0);
});

/** Asks until the model has nothing more to call; the tool answers each call. */
async function converse(url: string, user: string): Promise<string[]> {
  const messages: object[] = [{ role: "user", content: user }];
  const steps: string[] = [];
  // A script whose rules go round in circles would never end by itself.
  while (steps.length < 5) {
    const response = await fetch(`${url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "any", messages }),
    });
    const { choices } = (await response.json()) as {
      choices: { message: { content: string | null; tool_calls?: { id: string; function: { name: string } }[] } }[];
    };
    const message = choices[0]?.message;
    const [call] = message?.tool_calls ?? [];
    steps.push(call ? `calls ${call.function.name}` : `says ${message?.content}`);
    if (!message || !call) return steps;
    messages.push({ role: "assistant", ...message });
    messages.push({ role: "tool", tool_call_id: call.id, content: '{"status":"shipped"}' });
  }
  return steps;
}

test("the script that --help prints answers to the end", async () => {
  const help = await runCli(["model", "serve", "--help"], { cwd: makeFolder().path });
  const [, script = ""] = /first rule that fits:\n((?: {2}.*\n)+)/.exec(help.stdout) ?? [];
  const folder = makeFolder({ "printed.yaml": script.replaceAll(/^ {2}/gm, "") });
  let talks: Promise<string[][]> | undefined;
  const end = await runCli(["model", "serve", "--json", "--script", "printed.yaml"], {
    cwd: folder.path,
    onStdout(text, child) {
      if (talks || !text.endsWith("\n")) return;
      const { url } = JSON.parse(text) as { url: string };
      talks = Promise.all([converse(url, "Where is my order W7?"), converse(url, "Hello")]).finally(() =>
        child.kill("SIGINT"),
      );
    },
  });
  expect(await talks).toEqual([["calls get_order", "says It is shipped."], ["says Which order?"]]);
  expect(end.exitCode).toBe(0);
});

test("shows how to point a client at it", async () => {
  const folder = makeFolder({ "script.yaml": SCRIPT });
  const end = await runCli(["model", "serve", "--script", "script.yaml"], {
    cwd: folder.path,
    onStdout: (text, child) => void (text.includes("Ctrl-C") && child.kill("SIGTERM")),
  });
  expect(end.stdout).toMatch(/export OPENAI_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/v1/);
  expect(end.exitCode).toBe(0);
});

test.each([
  { why: "neither file", words: [], exitCode: 64, says: "give either --script FILE or --replay FILE" },
  { why: "both files", words: ["--script", "a", "--replay", "b"], exitCode: 64, says: "give either" },
  {
    why: "a host others can reach",
    words: ["--script", "script.yaml", "--host", "0.0.0.0"],
    exitCode: 64,
    says: "model.unsafe_bind",
  },
  { why: "a file that is not there", words: ["--script", "none.yaml"], exitCode: 74, says: "cannot be read" },
  { why: "a bad script", words: ["--script", "bad.yaml"], exitCode: 65, says: "bad.yaml:1: rules" },
  { why: "a port out of range", words: ["--script", "script.yaml", "--port", "70000"], exitCode: 64, says: "--port" },
])("refuses $why", async ({ words, exitCode, says }) => {
  const folder = makeFolder({ "script.yaml": SCRIPT, "bad.yaml": "id: x\n" });
  const end = await runCli(["model", "serve", ...words], { cwd: folder.path });
  expect(end).toMatchObject({ exitCode, stdout: "" });
  expect(end.stderr).toContain(says);
});
