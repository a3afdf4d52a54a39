export type UserEnd = "goal" | "gave-up" | "turns";

export interface UserReply {
  /** Null where nothing more is said. */
  readonly say: string | null;
  /** Whether the agent's last message brought the user on. */
  readonly isHelped: boolean;
  /** The conversation is over once this is said. */
  readonly end: UserEnd | null;
}

/** What a user says next. Keeps what it needs to know of the conversation itself. */
export type UserVoice = (heard: {
  /** Of the user's own message, from 1. */
  readonly turn: number;
  readonly agentSaid: string;
}) => Promise<UserReply>;

/** More of an agent's message is not read. */
export const HEARD_CHARACTERS_MAX = 20_000;
