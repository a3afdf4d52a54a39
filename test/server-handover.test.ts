import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";

const children: ChildProcess[] = [];
const holders: Worker[] = [];
afterEach(async () => {
  for (const holder of holders.splice(0)) await holder.terminate();
  for (const child of children.splice(0)) {
    if (child.exitCode !== null) continue;
    const gone = once(child, "exit");
    // The end of its input is the end of it, and of its folder.
    child.stdin?.end();
    await gone;
  }
});

/** A server in a process of its own, on a socket that this one holds. */
async function startChild(fd: number, name: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "server-child.ts");
  const child = spawn(process.execPath, ["--conditions=aegis-source", script, "3", name], {
    stdio: ["pipe", "pipe", "inherit", fd],
  });
  children.push(child);
  await said(child, "ready");
  return child;
}

async function said(child: ChildProcess, word: string): Promise<void> {
  let text = "";
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    if (text.includes(word)) return;
  }
}

function post(url: string, body: object): Promise<{ readonly id?: string; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", accept: "text/event-stream" };
    const asked = request(url, { method: "POST", headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("error", reject).on("end", () => resolve({ text, id: /"id":"(\w+)"/.exec(text)?.[1] ?? "" }));
    });
    asked.on("error", reject).end(JSON.stringify(body));
  });
}

/** Listens, tells where, and stands still: a supervisor that holds the socket must not take connections from it. */
const HOLDER = `
  const { createServer } = require("node:net");
  const { parentPort, workerData } = require("node:worker_threads");
  const holder = createServer().listen(0, "127.0.0.1", () => {
    parentPort.postMessage({ port: holder.address().port, fd: holder._handle.fd });
    Atomics.wait(new Int32Array(workerData), 0, 0);
    holder.close();
  });
`;

async function holdSocket(): Promise<{ readonly port: number; readonly fd: number; release(): Promise<void> }> {
  const lock = new SharedArrayBuffer(4);
  const holder = new Worker(HOLDER, { eval: true, workerData: lock });
  holders.push(holder);
  const [{ port, fd }] = (await once(holder, "message")) as [{ readonly port: number; readonly fd: number }];
  const release = async () => {
    const gone = once(holder, "exit");
    Atomics.store(new Int32Array(lock), 0, 1);
    Atomics.notify(new Int32Array(lock), 0);
    await gone;
  };
  return { port, fd, release };
}

test("a socket handed from process to process refuses nobody", async () => {
  const { port, fd, release } = await holdSocket();
  const first = await startChild(fd, "first");
  const url = `http://127.0.0.1:${port}`;
  const failures: unknown[] = [];
  const answers: string[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      await post(`${url}/v1/sessions`, { agent: "echo" }).then(
        ({ text }) => answers.push(text),
        (error: unknown) => failures.push(error),
      );
    }
  })();
  const second = await startChild(fd, "second");
  first.stdin?.write("stop\n");
  await said(first, "stopped");
  const before = answers.length;
  while (answers.length < before + 20 && failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  first.stdin?.end();
  await once(first, "exit");
  const after = answers.length;
  while (answers.length < after + 20 && failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  isOver = true;
  await asking;
  expect(failures).toEqual([]);
  const session = /"id":"(\w+)"/.exec(answers.at(-1) ?? "")?.[1];
  const { text } = await post(`${url}/v1/sessions/${session}/runs`, { message: "hello" });
  expect(text).toContain("second: hello");
  second.stdin?.end();
  await once(second, "exit");
  await release();
});
