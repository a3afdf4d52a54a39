import type { NewEvent, RecordedToolCall, ReplayMiss, ToolReplay } from "../../domain/index.ts";
import { AegisError, type Json } from "../../kernel/index.ts";
import { errorFromRecord } from "../effect-error.ts";
import { sleepAtLeast } from "../sleep-at-least.ts";
import { explainMiss, missOf } from "./nearest-call.ts";
import { TakePlayer } from "./take-player.ts";

/** A call as it reaches the tool, after faults. */
export interface ReplayedCall {
  readonly tool: string;
  readonly arguments: Json;
  /** The real tool. */
  readonly live: () => unknown;
}

/** Stands before the tools of one trial. */
export interface ToolReplayer {
  /** What the recording gives, an error too; never settles where a miss ends the trial. */
  answer(call: ReplayedCall): Promise<unknown>;
  report(): Omit<Extract<NewEvent, { type: "replay.ended" }>, "type" | "atMs" | "witness">;
}

/**
 * Answers calls from recorded runs. Each run goes along with the trial by itself; the answer is that of the run which
 * holds most of the calls made so far, in their order: what a tool says depends on what was done before.
 *
 * @param options.onMiss told once when the trial is over for want of an answer
 */
export function openToolReplay(options: {
  readonly replay: ToolReplay;
  readonly signal?: AbortSignal | undefined;
  readonly onMiss: (error: AegisError) => void;
}): ToolReplayer {
  const { replay, signal, onMiss } = options;
  const players = replay.takes.map((take) => new TakePlayer(take));
  const misses: ReplayMiss[] = [];
  let answeredCount = 0;
  return {
    async answer({ tool, arguments: given, live }) {
      const recorded = nextAnswer(players, { tool, arguments: given });
      if (recorded) {
        answeredCount += 1;
        if (replay.pace === "recorded") await sleepAtLeast(recorded.durationMs, signal);
        if (recorded.error) throw errorFromRecord(recorded.error);
        return recorded.result;
      }
      const miss = missOf({ tool, arguments: given }, leader(players)?.calls ?? []);
      misses.push(miss);
      if (replay.onMiss === "live") return live();
      // The agent must not take it for an error of the tool: it never hears of it.
      onMiss(new AegisError("replay.miss", explainMiss(miss), { details: { tool } }));
      return new Promise<never>(() => {});
    },
    report: () => {
      const player = leader(players);
      const unused = (player?.unused() ?? []).map(({ tool, arguments: given }) => ({ tool, arguments: given }));
      return { take: player?.take.name ?? "", answeredCount, misses, unused };
    },
  };
}

function nextAnswer(
  players: readonly TakePlayer[],
  call: { readonly tool: string; readonly arguments: Json },
): RecordedToolCall | undefined {
  const answers = players.map((player) => ({ player, recorded: player.next(call) }));
  const able = answers.filter(({ recorded }) => recorded !== undefined);
  const best = leader(able.map(({ player }) => player));
  return able.find(({ player }) => player === best)?.recorded;
}

/** The one that holds most of what was called; among equals the one whose order it was, then the first. */
function leader(players: readonly TakePlayer[]): TakePlayer | undefined {
  return players.reduce<TakePlayer | undefined>((best, player) => {
    if (best === undefined || player.matchedCount > best.matchedCount) return player;
    const isLevel = player.matchedCount === best.matchedCount;
    return isLevel && player.inOrderCount > best.inOrderCount ? player : best;
  }, undefined);
}
