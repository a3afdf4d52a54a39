import { AegisError, isJsonObject, type Json } from "../../kernel/index.ts";

export interface PullRequestApi {
  /** "https://api.github.com", or that of an own server. */
  readonly baseUrl: string;
  readonly token: string;
  /** "owner/name" */
  readonly repository: string;
  readonly pullNumber: number;
}

export interface CommentRequest {
  readonly api: PullRequestApi;
  /** Begins with the marker. */
  readonly body: string;
  readonly marker: string;
  readonly fetch: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
}

const PAGE_SIZE = 100;
/** As many comments as GitHub's own pages ever hold for one pull request. */
const PAGES_MAX = 50;
const TIMEOUT_MS = 20_000;

/**
 * Updates the comment that begins with the marker, or writes the first one.
 * Comments by strangers do not count: whoever plants the marker could edit the report that later lands there.
 *
 * @throws {AegisError} "report.comment_failed" when the server refuses or cannot be reached
 */
export async function upsertPullRequestComment(request: CommentRequest): Promise<{ action: "created" | "updated" }> {
  const { pullNumber } = request.api;
  const id = await findComment(request);
  if (id === undefined) {
    await call(request, { method: "POST", path: `issues/${pullNumber}/comments`, body: { body: request.body } });
    return { action: "created" };
  }
  await call(request, { method: "PATCH", path: `issues/comments/${id}`, body: { body: request.body } });
  return { action: "updated" };
}

async function findComment(request: CommentRequest): Promise<number | undefined> {
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const path = `issues/${request.api.pullNumber}/comments?per_page=${PAGE_SIZE}&page=${page}`;
    const comments = await call(request, { method: "GET", path });
    if (!Array.isArray(comments)) throw failure("the list of comments is no list");
    const found = comments.find((comment: Json) => isOurs(comment, request.marker));
    if (isJsonObject(found) && typeof found["id"] === "number") return found["id"];
    if (comments.length < PAGE_SIZE) return undefined;
  }
  return undefined;
}

const TRUSTED_AUTHORS = new Set<unknown>(["OWNER", "MEMBER", "COLLABORATOR"]);

function isOurs(comment: Json, marker: string): boolean {
  if (!isJsonObject(comment)) return false;
  const { id, body, user, author_association: association } = comment;
  const isBot = isJsonObject(user) && user["type"] === "Bot";
  const isMarked = typeof body === "string" && body.startsWith(marker);
  return typeof id === "number" && isMarked && (isBot || TRUSTED_AUTHORS.has(association));
}

interface Call {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly body?: { readonly body: string };
}

async function call({ api, fetch, signal }: CommentRequest, { method, path, body }: Call): Promise<Json> {
  const repository = api.repository.split("/").map(encodeURIComponent).join("/");
  const url = `${api.baseUrl.replace(/\/+$/, "")}/repos/${repository}/${path}`;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${api.token}`,
        "content-type": "application/json",
        "user-agent": "aegis",
        "x-github-api-version": "2022-11-28",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // The token must not follow a redirect to another host.
      redirect: "error",
    });
    if (!response.ok) throw failure(`the server answered ${response.status} to ${method} ${path}`, response.status);
    return (await response.json()) as Json;
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    throw new AegisError("report.comment_failed", `The comment could not be written: ${method} ${path} failed`, {
      cause,
    });
  }
}

function failure(what: string, status?: number): AegisError {
  return new AegisError("report.comment_failed", `The comment could not be written: ${what}`, {
    details: status === undefined ? {} : { status },
  });
}
