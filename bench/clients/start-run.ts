import { type Client, insist } from "../chaos/insist.ts";
import { type FollowTask, RefusedError } from "./client-driver.ts";

/** A plain client of the REST routes, over the way that is cut. */
export function clientOf({ url, signal }: Pick<FollowTask, "url" | "signal">): Client {
  const onBadAnswer = (what: string) => {
    throw new RefusedError(what);
  };
  return { system: { url: () => url }, signal, onBadAnswer };
}

/** The session the run is to be in; one that an earlier, unheard try made is the same. */
export async function openSession(task: FollowTask): Promise<string> {
  const body = { agent: task.agent, id: task.key, userId: task.customerId };
  const { status, body: answer } = await insist(clientOf(task), "/v1/sessions", { method: "POST", body });
  if (status !== 201 && status !== 409) throw new RefusedError(`session: ${status} ${JSON.stringify(answer)}`);
  return task.key;
}

/** A run accepted, over as many connections as it takes. */
export async function startRun(task: FollowTask): Promise<string> {
  const session = await openSession(task);
  const { status, body } = await insist(clientOf(task), `/v1/sessions/${session}/runs`, {
    method: "POST",
    body: { message: task.message },
    headers: { "idempotency-key": task.key },
  });
  if (status !== 202) throw new RefusedError(`run: ${status} ${JSON.stringify(body)}`);
  return (body as { readonly run: { readonly id: string } }).run.id;
}
