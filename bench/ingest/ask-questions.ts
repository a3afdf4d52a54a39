import { seededRandom } from "../../src/kernel/index.ts";
import type { Store, TraceQuery } from "../../src/store/index.ts";
import { Vocabulary } from "./vocabulary.ts";

/** The last: a beginning that a thousand words share, where few traces come into question; it takes a look at all stretches. */
export const KINDS = ["list", "search", "search for a common beginning among a user's"] as const;

export interface Asked {
  readonly what: string;
  readonly kind: (typeof KINDS)[number];
  readonly ms: readonly number[];
  /** Rows of the fullest answer. */
  readonly rows: number;
}

interface Question {
  readonly what: string;
  readonly kind: Asked["kind"];
  readonly query: (round: number) => Omit<TraceQuery, "limit">;
}

const LIMIT = 50;

/** Each question in turn, round by round, one at a time. */
export async function askAll(store: Store, rounds: number): Promise<Asked[]> {
  const questions = questionsOf(await middleOf(store));
  const asked = questions.map(({ what, kind }) => ({ what, kind, ms: [] as number[], rows: 0 }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { query }] of questions.entries()) {
      const beganMs = performance.now();
      const rows = await store.listTraces({ limit: LIMIT, ...query(round) });
      const each = asked[index]!;
      each.ms.push(performance.now() - beganMs);
      each.rows = Math.max(each.rows, rows.length);
    }
  }
  return asked;
}

/** Between the first trace and the last. */
async function middleOf(store: Store): Promise<number> {
  const [last] = await store.listTraces({ limit: 1 });
  let firstMs = 0;
  let endMs = last?.startedAtMs ?? 0;
  for (let firstEndMs = endMs, step = 0; step < 40; step += 1) {
    const middleMs = (firstMs + firstEndMs) / 2;
    const older = await store.listTraces({ limit: 1, before: { startedAtMs: middleMs, runId: "" } });
    if (older.length > 0) firstEndMs = middleMs;
    else firstMs = middleMs;
  }
  return (firstMs + endMs) / 2;
}

function questionsOf(middleMs: number): Question[] {
  const vocabulary = new Vocabulary(seededRandom(1));
  const word = (rank: number) => vocabulary.word(rank);
  const lists: Readonly<Record<string, Question["query"]>> = {
    newest: () => ({}),
    "from the middle on": () => ({ before: { startedAtMs: middleMs, runId: "" } }),
    "of an agent": () => ({ agent: "support" }),
    "of an agent, from the middle on": () => ({ agent: "billing", before: { startedAtMs: middleMs, runId: "" } }),
    "with a tool": () => ({ tool: "orders.refund" }),
    "of a model": () => ({ model: "gpt-5" }),
    "of a user": (round) => ({ user: `user-${round * 7}` }),
    "with a finding": () => ({ finding: "any" }),
    "of a detector nobody has": () => ({ finding: "nobody" }),
    failed: () => ({ outcome: "failed" }),
    "failed, of an agent, with a tool": () => ({ outcome: "failed", agent: "coding", tool: "search" }),
    "with two errors": () => ({ errorCountMin: 2 }),
    "that cost more than any did": () => ({ costMicroUsdMin: 1e9 }),
    "that took longer than any did": () => ({ durationMsMin: 1e9 }),
  };
  const searches: Readonly<Record<string, Question["query"]>> = {
    "the most common word": () => ({ text: word(0) }),
    "common words": (round) => ({ text: word(1 + (round % 20)) }),
    "two common words": (round) => ({ text: `${word(2 + (round % 7))} ${word(10 + (round % 11))}` }),
    "words of every hundredth trace": (round) => ({ text: word(1_000 + round * 13) }),
    "rare words": (round) => ({ text: word(20_000 + round * 31) }),
    "a word of one trace": (round) => ({ text: `w${(1e7 + 1_000 + round * 97).toString(36)}` }),
    "a word nobody said": (round) => ({ text: `zz${round}` }),
    "the beginning of words": (round) => ({ text: word(5 + round).slice(0, 3) }),
    "two letters": (round) => ({ text: word(5 + round).slice(0, 2) }),
    "a common word, of an agent": () => ({ text: word(3), agent: "triage" }),
    "a common word, failed": () => ({ text: word(3), outcome: "failed" }),
    "a common word, from the middle on": () => ({ text: word(4), before: { startedAtMs: middleMs, runId: "" } }),
  };
  const dear: typeof lists = { traces: (round) => ({ text: word(3), user: `user-${round * 11}` }) };
  const named = (kind: Asked["kind"], all: typeof lists) =>
    Object.entries(all).map(([what, query]) => ({ kind, what, query }));
  return [...named(KINDS[0], lists), ...named(KINDS[1], searches), ...named(KINDS[2], dear)];
}
