// What each of the five kinds of client does: start a run in its own way, follow it over broken connections to its end.
import type { Random } from "../../src/kernel/index.ts";

/** One run to start and follow. */
export interface FollowTask {
  /** The way to the server that is cut. */
  readonly url: string;
  readonly agent: string;
  readonly message: string;
  /** Whose orders it is about; for clients that may speak for somebody else. */
  readonly customerId: string;
  /** Names this one run, its session and its chat: what is sent again begins no second run. */
  readonly key: string;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** One thing a client was told: an event of the log, an event of a response, a part of a message. */
export interface Told {
  readonly place: number;
  readonly content: unknown;
}

export interface Followed {
  readonly runId: string;
  /** In the order in which the client took them, over all its connections. */
  readonly told: readonly Told[];
  /** How often it took up where it was. */
  readonly reconnects: number;
  /** The answer as this client shows it; undefined for those that show events. */
  readonly answer?: string | undefined;
}

export interface ClientDriver {
  readonly name: string;
  /** How many runs it follows at the same time. */
  readonly lanes: number;
  follow(task: FollowTask): Promise<Followed>;
  /** The same run, read at once over an unbroken connection. */
  readWhole(url: string, followed: Followed, task: FollowTask): Promise<readonly Told[]>;
  close(): Promise<void>;
}

/** A server that answers with a refusal is no broken connection: no try is worth it. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Broken connections are tried again at once, refusals are not; a server that starts anew gets a moment. */
export async function pause(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
