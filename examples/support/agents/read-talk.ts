import type { ScriptTurn } from "aegis/model";

type Messages = ScriptTurn["messages"];

/** What can be read off a conversation. */
export interface Talk {
  /** The latest message. */
  readonly text: string;
  /** All the user said, oldest first. */
  readonly said: readonly string[];
  /** The order the user named last. */
  readonly orderId: string | undefined;
  readonly customerId: string;
  readonly grants: readonly string[];
  readonly today: string;
}

/** A tool call with what came back. */
export interface Attempt {
  readonly tool: string;
  readonly result: unknown;
  readonly isError: boolean;
}

export function readTalk(messages: Messages): Talk {
  const said = messages.flatMap((message) => (message.role === "user" ? [message.content] : []));
  const rules = messages.flatMap((message) => (message.role === "system" ? [message.content] : [])).join("\n");
  const rule = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(rules)?.[1] ?? "";
  return {
    text: said.at(-1) ?? "",
    said,
    orderId: said
      .join(" ")
      .match(/\bW\d{4}\b/g)
      ?.at(-1),
    customerId: rule("Customer"),
    grants: rule("Allowed").split(", "),
    today: rule("Today"),
  };
}

/** Calls since the latest user message, in order. */
export function attemptsInTurn(messages: Messages): Attempt[] {
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === "user") + 1);
  return turn.flatMap((message) =>
    message.role === "tool" ? [{ tool: message.tool, result: message.result, isError: message.isError === true }] : [],
  );
}
