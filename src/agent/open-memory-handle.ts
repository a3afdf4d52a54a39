import { AegisError, type Json, toJson } from "../kernel/index.ts";
import type { NewEvent, RunEvent } from "../domain/index.ts";
import type { MemoryHandle, MemoryOwner, MemoryPort, Remembered } from "./memory-handle.ts";
import type { EffectRunner, EffectStep } from "./run-effect.ts";

interface MemoryHandleOptions {
  readonly owner: MemoryOwner;
  readonly runner: EffectRunner;
  readonly port: MemoryPort | undefined;
  readonly runId: string;
}

const SEARCH_RESULTS = 10;

/** An agent's memory behind the boundary: each use is an effect. */
export function openMemoryHandle({ owner, runner, port, runId }: MemoryHandleOptions): MemoryHandle {
  type Question = Pick<NewEvent<"memory.called">, "operation" | "key" | "value">;
  const ask = async <Result>(
    question: Question,
    execute: (port: MemoryPort, effect: number) => Promise<Result>,
    tell: (result: Result) => Partial<NewEvent<"memory.returned">>,
    recall: (event: RunEvent<"memory.returned">) => Result,
  ): Promise<Result> => {
    const step: EffectStep<Result> = {
      called: (effect, attempt) => ({ ...runner.stamp(), type: "memory.called", effect, attempt, owner, ...question }),
      isRepeatable: true,
      execute: ({ effect }) => execute(given(port), effect),
      recall: (event) => recall(event as RunEvent<"memory.returned">),
      returned: (effect, durationMs, end) => ({
        ...runner.stamp(),
        type: "memory.returned",
        effect,
        durationMs,
        ...("error" in end ? { error: end.error } : tell(end.result)),
      }),
    };
    return runner.effect(step);
  };
  return {
    read: (key) =>
      ask<Remembered | undefined>(
        { operation: "read", key },
        (memory) => memory.read(owner, key),
        (found) => (found ? { value: found.value, version: found.version, updatedAtMs: found.updatedAtMs } : {}),
        (event) => (event.version === undefined ? undefined : remembered(key, event)),
      ),
    write: (key, value) => {
      const plain = toJson(value);
      return ask<Remembered>(
        { operation: "write", key, value: plain },
        (memory, effect) => memory.write(owner, { key, value: plain, writeId: `${runId}-${effect}` }),
        ({ version, updatedAtMs }) => ({ version, updatedAtMs }),
        (event) => remembered(key, { ...event, value: plain }),
      );
    },
    search: (query, limit = SEARCH_RESULTS) =>
      ask<readonly Remembered[]>(
        { operation: "search", key: query },
        (memory) => memory.search(owner, query, limit),
        (found) => ({ value: toJson(found) }),
        (event) => (event.value ?? []) as unknown as readonly Remembered[],
      ),
    erase: async (key) =>
      ask<boolean>(
        { operation: "erase", key },
        async (memory) => (await memory.erase(owner, key)) > 0,
        (wasThere) => ({ value: wasThere }),
        (event) => event.value === true,
      ),
  };
}

function given(port: MemoryPort | undefined): MemoryPort {
  if (port) return port;
  throw new AegisError("agent.no_memory", "this run has no memory");
}

function remembered(key: string, event: { value?: Json; version?: number; updatedAtMs?: number }): Remembered {
  return { key, value: event.value ?? null, version: event.version ?? 1, updatedAtMs: event.updatedAtMs ?? 0 };
}
