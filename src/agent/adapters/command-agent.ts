import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { AegisError, LIMITS } from "../../kernel/index.ts";
import type { Message } from "../../domain/index.ts";
import type { AgentContext, AgentSession } from "../agent-context.ts";
import { readAnswer } from "../read-answer.ts";

export interface CommandAgentOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly context: AgentContext;
  /** What was said in the conversation before. */
  readonly history?: readonly Message[];
  readonly outputBytesMax?: number;
}

/**
 * Opens a conversation with a program in any language. Each turn starts the program once: JSON
 * `{input, messages, user, caseId, seed}` on stdin and in AEGIS_INPUT (when it fits), the answer on stdout as JSON
 * `{"answer": "..."}` or as plain text.
 */
export function openCommandSession(options: CommandAgentOptions): AgentSession {
  const messages: Message[] = [...(options.history ?? [])];
  return {
    async send({ message, input, signal }) {
      messages.push({ role: "user", content: message });
      const { context } = options;
      const request = JSON.stringify({
        input,
        messages,
        user: context.user,
        caseId: context.caseId ?? null,
        seed: context.seed,
      });
      const { answer } = readAnswer(await runProgram(options, request, signal));
      messages.push({ role: "assistant", content: answer });
      return { text: answer };
    },
  };
}

/** Longest value Linux takes for one environment variable, with room to spare. */
const ENVIRONMENT_VALUE_MAX = 100_000;

/** How long output may follow the program's end. */
const DRAIN_MS = 1_000;

async function runProgram(options: CommandAgentOptions, request: string, signal: AbortSignal): Promise<string> {
  const [program = "", ...programArguments] = options.command;
  if (program === "") throw new AegisError("agent.bad_definition", "`command` names no program");
  const inputVariable = Buffer.byteLength(request) <= ENVIRONMENT_VALUE_MAX ? { AEGIS_INPUT: request } : {};
  return new Promise((done, fail) => {
    const child = spawn(program, programArguments, {
      cwd: resolve(options.cwd),
      env: { ...process.env, ...options.context.env, ...options.env, ...inputVariable },
      stdio: ["pipe", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
    const stdout = cappedText(options.outputBytesMax ?? LIMITS.outputBytesMax);
    const stderr = cappedText(4_000);
    const cut = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    child.stdout.on("data", (chunk: Buffer) => {
      if (stdout.add(chunk)) return;
      child.kill("SIGKILL");
      cut();
    });
    child.stderr.on("data", (chunk: Buffer) => void stderr.add(chunk));
    child.stdin.on("error", () => undefined);
    child.stdin.end(request);
    child.on("error", (cause) =>
      fail(new AegisError("agent.failed", `cannot run ${program}: ${cause.message}`, { cause })),
    );
    // A program may leave others behind that hold its output: they are not waited for.
    child.on("exit", () => void setTimeout(cut, DRAIN_MS).unref());
    child.on("close", (exitCode, exitSignal) => {
      if (stdout.isOver())
        return fail(new AegisError("agent.bad_answer", `${program} printed more than the output limit`));
      if (exitCode === 0) return done(stdout.text());
      const how = exitCode === null ? `was ended by ${exitSignal}` : `exited with ${exitCode}`;
      return fail(new AegisError("agent.failed", `${program} ${how}: ${stderr.text().trim().slice(-1_000)}`));
    });
  });
}

function cappedText(bytesMax: number) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    /** False once the limit is passed; nothing more is kept then. */
    add(chunk: Buffer): boolean {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      return bytes <= bytesMax;
    },
    isOver: () => bytes > bytesMax,
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}
