import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import type { CaseService } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";

const LOOK_MS = 20;
const LAST_WORDS_MAX = 2_000;

/** Programs of a case, started one after another, each when the one before is ready. */
export interface RunningServices {
  stop(): Promise<void>;
}

/**
 * Starts a case's services in this folder. Runs inside the trial's sandbox, so that they are as far away as the agent.
 * @throws {AegisError} "world.service_failed" when one ends or is not ready in its time
 */
export async function startServices(services: readonly CaseService[]): Promise<RunningServices> {
  const running: ChildProcess[] = [];
  const stop = async () => {
    const open = running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    for (const child of open) child.kill("SIGKILL");
    await Promise.all(open.map((child) => once(child, "exit")));
  };
  try {
    for (const service of services) {
      const { child, failed } = startService(service);
      running.push(child);
      await Promise.race([failed, untilReady(service)]);
    }
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startService({ name, command, env }: CaseService): { child: ChildProcess; failed: Promise<never> } {
  const [program = "", ...words] = command;
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_MAX);
  });
  const failed = new Promise<never>((_done, fail) => {
    const tell = (how: string) => fail(failure(name, `${how}${lastWords === "" ? "" : `: ${lastWords.trim()}`}`));
    child.once("error", (error) => tell(`cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => tell(`ended with ${code ?? signal} before it was ready`));
  });
  // Once it is ready nobody asks any more.
  failed.catch(() => undefined);
  return { child, failed };
}

async function untilReady({ name, port, health, readyWithinMs }: CaseService): Promise<void> {
  const deadlineMs = performance.now() + readyWithinMs;
  while (!(health === undefined ? await isOpen(port) : await isHealthy(port, health))) {
    if (performance.now() > deadlineMs) throw failure(name, `was not ready at port ${port} within ${readyWithinMs} ms`);
    await new Promise((done) => void setTimeout(done, LOOK_MS));
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (isThere: boolean) => {
      socket.destroy();
      done(isThere);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

async function isHealthy(port: number, path: string): Promise<boolean> {
  try {
    const { ok, body } = await fetch(`http://127.0.0.1:${port}${path}`);
    await body?.cancel();
    return ok;
  } catch {
    return false;
  }
}

function failure(name: string, how: string): AegisError {
  return new AegisError("world.service_failed", `service ${name} ${how}`, { details: { service: name } });
}
