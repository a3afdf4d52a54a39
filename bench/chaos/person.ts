// Who decides what runs ask: after a while, for reasons of their own, and until it is taken.
import type { PublicRunEvent } from "../../src/api/index.ts";
import type { Json, Random } from "../../src/kernel/index.ts";
import type { PendingDecision } from "../../src/runtime/runtime.ts";
import { type Client, insist } from "./insist.ts";
import type { Ledger } from "./ledger.ts";

/** What a person said, and meant to be heard once. */
export interface Said {
  readonly kind: "approval" | "doubt";
  readonly effect: number;
  readonly decision: string;
  readonly arguments?: Json;
  readonly result?: Json;
  /** The answers that were given to it, in order: the last one is final. */
  readonly status: number;
}

export interface PersonOptions {
  readonly runId: string;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly said: Said[];
}

export interface Person {
  /** Sees an event of the run, and answers where it asks for something. */
  see(event: PublicRunEvent): void;
  /** Resolves when nothing is being decided. */
  rest(): Promise<void>;
}

const LOOK_MS = 150;
const HESITATION_MS = 900;

export function openPerson(client: Client, options: PersonOptions): Person {
  let isAsked = false;
  let isOver = false;
  let looking: Promise<void> | undefined;
  const look = async () => {
    await new Promise((resolve) => setTimeout(resolve, options.random() * HESITATION_MS));
    while (isAsked && !isOver) {
      isAsked = await decideAll(client, options);
      if (isAsked) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    looking = undefined;
  };
  return {
    see(event) {
      if (event.type === "run.ended") isOver = true;
      if (event.type !== "approval.requested" && event.type !== "run.paused") return;
      isAsked = true;
      looking ??= look().catch(() => undefined);
    },
    async rest() {
      await looking;
    },
  };
}

/** @returns whether something is still open */
async function decideAll(client: Client, options: PersonOptions): Promise<boolean> {
  const { runId, said } = options;
  const { status, body } = await insist(client, `/v1/runs/${runId}/decisions`);
  if (status !== 200) return false;
  const pending = body as readonly PendingDecision[];
  for (const asked of pending) {
    const decision = await decide(asked, options);
    const answer = await insist(client, `/v1/runs/${runId}/decisions`, { method: "POST", body: decision });
    if (answer.status !== 409) said.push({ ...decision, status: answer.status });
    // The answer to an earlier try of the very same may be what got lost.
    else if (answer.failures > 0) said.push({ ...decision, status: answer.status });
  }
  return pending.length > 0;
}

type Decision = Omit<Said, "status">;

async function decide(asked: PendingDecision, { random, ledger }: PersonOptions): Promise<Decision> {
  const { kind, effect } = asked;
  const dice = random();
  const given = asked.arguments as { readonly marker: string };
  if (kind === "approval") {
    if (dice < 0.5) return { kind, effect, decision: "approved" };
    if (dice < 0.75) return { kind, effect, decision: "denied" };
    return { kind, effect, decision: "edited", arguments: { ...given, edited: true } };
  }
  const receipt = await ledger.find(given.marker);
  if (receipt !== null && dice < 0.7) {
    return { kind, effect, decision: "happened", result: { ...receipt } };
  }
  return { kind, effect, decision: dice < 0.85 ? "repeat" : "failed" };
}
