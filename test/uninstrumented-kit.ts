import { spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import shopWorld from "../examples/support/world.ts";
import { recordModelTraffic } from "../src/agent/index.ts";
import type { RunEvent } from "../src/domain/index.ts";
import { systemClock } from "../src/kernel/index.ts";
import { scriptedModel, serveModel } from "../src/model/index.ts";
import { readScript } from "../src/model/script-file/index.ts";
import { readProviderExchange } from "../src/model/wire/index.ts";
import { endOf, ROOT } from "./cli-kit.ts";
import { openTap } from "./model-tap.ts";

type WorldRequest = Parameters<typeof shopWorld>[0];

/** Runs the example's Python program on its own, and makes its log of nothing but the bytes between it and its model. */
export async function logOfBytes(asked: {
  readonly words: readonly string[];
  readonly content: string;
  readonly script: string;
}): Promise<RunEvent[]> {
  const model = await serveModel({ model: scriptedModel(readScript(asked.script, "model.yaml")) });
  onTestFinished(() => model.close());
  const shop = await shopWorld({ state: {}, clock: "2026-11-02T10:00:00Z", seed: 1 } as unknown as WorldRequest);
  onTestFinished(() => shop.close?.());
  const tap = await openTap(model.url);
  const program = spawn("python3", ["agent.py", ...asked.words], {
    cwd: `${ROOT}/examples/any-language/agents`,
    env: { PATH: process.env["PATH"], AEGIS_MODEL_URL: tap.url, ...shop.env },
  });
  program.stdin.end(JSON.stringify({ messages: [{ role: "user", content: asked.content }] }));
  const { exitCode, stderr } = await endOf(program);
  if (exitCode !== 0) throw new Error(`the program ended with ${exitCode}: ${stderr}`);
  const events: RunEvent[] = [];
  const record = recordModelTraffic({
    append: (event) => void events.push({ ...event, seq: events.length } as RunEvent),
    clock: systemClock,
    costOf: () => null,
    logsTalk: true,
  });
  for (const exchange of tap.seen) {
    const call = readProviderExchange(exchange);
    if (call) await record(call);
  }
  return events;
}
