import { SESSION_ID } from "../../api/index.ts";
import type { Principal, Session } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { seesAll } from "../auth/authorise.ts";
import type { ServerDeps } from "../route-context.ts";
import type { ChatRequest } from "./read-chat-request.ts";

interface Caller {
  readonly principal: Principal;
  readonly deps: ServerDeps;
}

/** The chat's session; undefined where there is none the caller may see. */
export async function findChat(id: string, { principal, deps }: Caller): Promise<Session | undefined> {
  if (!SESSION_ID.test(id)) return undefined;
  return deps.ownSession(principal, id).catch((error: unknown) => {
    if (error instanceof AegisError && error.code === "session.not_found") return undefined;
    throw error;
  });
}

/** The chat's session, made with its first message. @throws {AegisError} "session.not_found" for somebody else's id */
export async function openChat(
  request: Pick<ChatRequest, "chatId" | "agent" | "wish">,
  { principal, deps }: Caller,
): Promise<Session> {
  const { chatId: id, agent, wish } = request;
  const session = await findChat(id, { principal, deps });
  if (session !== undefined) return asAsked(session, agent);
  if (wish.kind !== "message") throw new AegisError("session.not_found", "There is no such chat");
  if (!seesAll(principal)) await deps.sessionCounts.expectRoom(principal.userId);
  try {
    const made = await deps.runtime.createSession({
      agent: agent ?? (await onlyAgent(deps)),
      ownerId: principal.userId,
      id,
    });
    deps.sessionCounts.add(principal.userId);
    return made;
  } catch (error) {
    if (!(error instanceof AegisError && error.code === "session.exists")) throw error;
    // Another request made it a moment ago, or it is somebody else's.
    return asAsked(await deps.ownSession(principal, id), agent);
  }
}

function asAsked(session: Session, agent: string | undefined): Session {
  if (agent === undefined || agent === session.agent) return session;
  throw new AegisError(
    "request.invalid",
    `agent: this chat is with ${session.agent}; begin a new one for another agent`,
  );
}

async function onlyAgent({ runtime }: Pick<ServerDeps, "runtime">): Promise<string> {
  const names = (await runtime.agents()).map(({ name }) => name);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new AegisError("request.invalid", `agent: name one of ${names.join(", ") || "none that is offered"}`);
}
