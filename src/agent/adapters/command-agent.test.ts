import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { type CommandAgentOptions, openCommandSession } from "./command-agent.ts";
import { converse, openContext } from "./open-context.test-kit.ts";

function open(command: readonly string[], more: Partial<CommandAgentOptions> = {}) {
  const { context } = openContext({ env: { SHOP_URL: "http://shop", OVER: "context" } });
  return openCommandSession({ command, cwd: tmpdir(), env: {}, context, ...more });
}

const sh = (script: string) => ["/bin/sh", "-c", script];
const python = (source: string) => ["python3", "-c", source];

test.each([
  { why: "plain text", command: sh("echo '  hello there '"), answer: "hello there" },
  { why: "JSON with an answer", command: sh(`echo '{"answer": "yes", "more": 1}'`), answer: "yes" },
  { why: "a JSON text", command: sh(`echo '"quoted \\u00fc"'`), answer: "quoted ü" },
  { why: "JSON whose answer is an object", command: sh(`echo '{"answer": {"id": 1}}'`), answer: '{"id":1}' },
  { why: "nothing", command: sh("true"), answer: "" },
  { why: "text that only begins like JSON", command: sh("echo '{not json'"), answer: "{not json" },
  { why: "words beside it on stderr", command: sh("echo noise >&2; echo out"), answer: "out" },
  {
    why: "what Python read from stdin",
    command: python(
      "import json,sys; r=json.load(sys.stdin); print(json.dumps({'answer': r['input'] + '/' + r['caseId']}))",
    ),
    answer: "hi/case",
  },
  {
    why: "what Python read from AEGIS_INPUT",
    command: python("import json,os; print(json.loads(os.environ['AEGIS_INPUT'])['seed'])"),
    answer: "42",
  },
])("a program that prints $why answers $answer", async ({ command, answer }) => {
  expect(await converse(open(command), ["hi"])).toEqual([answer]);
});

test("each turn is one start, with the conversation so far", async () => {
  const source = "import json,sys; r=json.load(sys.stdin); print(' '.join(m['content'] for m in r['messages']) + '!')";
  expect(await converse(open(python(source)), ["a", "b", "c"])).toEqual(["a!", "a a! b!", "a a! b a a! b! c!"]);
});

test("the world's addresses and the agent's own environment reach it, in this order", async () => {
  const session = open(sh('echo "$SHOP_URL $OVER $OWN"'), { env: { OVER: "agent", OWN: "own" } });
  expect(await converse(session, ["hi"])).toEqual(["http://shop agent own"]);
});

test("a long conversation is on stdin alone", async () => {
  const session = open(sh('test -z "$AEGIS_INPUT" && wc -c'));
  expect(Number((await converse(session, ["x".repeat(300_000)]))[0])).toBeGreaterThan(300_000);
});

test.each([
  { why: "a failing one", command: sh("echo why >&2; exit 3"), code: "agent.failed", says: "exited with 3: why" },
  { why: "one that dies", command: sh("kill -SEGV $$"), code: "agent.failed", says: "was ended by SIGSEGV" },
  { why: "a missing one", command: ["no-such-program"], code: "agent.failed", says: "cannot run no-such-program" },
  { why: "none", command: [], code: "agent.bad_definition", says: "names no program" },
  {
    why: "JSON without an answer",
    command: sh(`echo '{"text": 1}'`),
    code: "agent.bad_answer",
    says: 'without "answer"',
  },
  { why: "endless output", command: sh("exec yes"), code: "agent.bad_answer", says: "more than the output limit" },
  { why: "a child's endless output", command: sh("yes & wait"), code: "agent.bad_answer", says: "output limit" },
])("$why: $code", async ({ command, code, says }) => {
  const failure = expect.objectContaining({ code, message: expect.stringContaining(says) });
  await expect(converse(open(command), ["hi"])).rejects.toEqual(failure);
});

test("a program that leaves a server behind is not waited for", async () => {
  const startMs = performance.now();
  expect(await converse(open(sh("sleep 20 & echo started $!; exit 0")), ["hi"])).toEqual([
    expect.stringContaining("started"),
  ]);
  expect(performance.now() - startMs).toBeLessThan(10_000);
});

test("the trial's signal ends it", async () => {
  const controller = new AbortController();
  const waiting = converse(open(sh("exec sleep 600")), ["hi"], controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: "agent.failed" });
});
