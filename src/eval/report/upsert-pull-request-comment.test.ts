import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { upsertPullRequestComment } from "./upsert-pull-request-comment.ts";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: "User" | "Bot" };
  readonly author_association: string;
}

/** Plays the part of GitHub that is used here, over a real socket. */
class FakeGithub {
  readonly comments: Comment[];
  readonly requests: string[] = [];
  status: number | null = null;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(comments: Comment[]) {
    this.comments = comments;
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    onTestFinished(() => this.stop());
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== "Bearer secret") return reply(401, { message: "Bad credentials" });
    if (this.status !== null) return reply(this.status, { message: "no" });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (request.method === "GET") {
      const page = Number(url.searchParams.get("page"));
      return reply(200, this.comments.slice((page - 1) * 100, page * 100));
    }
    const { body } = JSON.parse(text) as { body: string };
    if (request.method === "POST") {
      const made = comment(this.comments.length + 1, body, "Bot");
      this.comments.push(made);
      return reply(201, made);
    }
    const found = this.comments.find(({ id }) => url.pathname === `/repos/acme/shop/issues/comments/${id}`);
    if (!found) return reply(404, { message: "Not Found" });
    found.body = body;
    reply(200, found);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function comment(id: number, body: string, type: "User" | "Bot", association = "NONE"): Comment {
  return { id, body, user: { type }, author_association: association };
}

const MARKER = "<!-- aegis:eval:shop -->";

function requestTo(baseUrl: string, body: string, token = "secret") {
  const api = { baseUrl, token, repository: "acme/shop", pullNumber: 7 };
  return { api, body: `${MARKER}\n${body}`, marker: MARKER, fetch };
}

test("the first run writes a comment, the second updates it", async () => {
  const github = new FakeGithub([comment(1, "looks good", "User")]);
  const baseUrl = await github.start();
  expect(await upsertPullRequestComment(requestTo(baseUrl, "one"))).toEqual({ action: "created" });
  expect(await upsertPullRequestComment(requestTo(`${baseUrl}/`, "two"))).toEqual({ action: "updated" });
  expect(github.comments.map(({ body }) => body)).toEqual(["looks good", `${MARKER}\ntwo`]);
  expect(github.requests).toEqual([
    "GET /repos/acme/shop/issues/7/comments?per_page=100&page=1",
    "POST /repos/acme/shop/issues/7/comments",
    "GET /repos/acme/shop/issues/7/comments?per_page=100&page=1",
    "PATCH /repos/acme/shop/issues/comments/2",
  ]);
});

test("the comment is found on a later page", async () => {
  const others = Array.from({ length: 230 }, (_, index) => comment(index + 1, "hm", "User"));
  const github = new FakeGithub([...others, comment(999, `${MARKER}\nold`, "User", "MEMBER")]);
  expect(await upsertPullRequestComment(requestTo(await github.start(), "new"))).toEqual({ action: "updated" });
  expect(github.comments.at(-1)?.body).toBe(`${MARKER}\nnew`);
  expect(github.requests).toHaveLength(4);
});

test.each([
  { why: "a stranger", planted: comment(1, `${MARKER}\nall green`, "User", "CONTRIBUTOR") },
  { why: "a quotation", planted: comment(1, `> ${MARKER}`, "User", "OWNER") },
  { why: "another suite", planted: comment(1, "<!-- aegis:eval:other -->", "Bot") },
])("a marker by $why is not taken for ours", async ({ planted }) => {
  const before = planted.body;
  const github = new FakeGithub([planted]);
  expect(await upsertPullRequestComment(requestTo(await github.start(), "x"))).toEqual({ action: "created" });
  expect(github.comments[0]?.body).toBe(before);
});

test("a refusal is named with its status, and never with the token", async () => {
  const github = new FakeGithub([]);
  const baseUrl = await github.start();
  github.status = 403;
  const refused = await upsertPullRequestComment(requestTo(baseUrl, "x")).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "report.comment_failed", details: { status: 403 } });
  expect(String(refused)).not.toContain("secret");
  await expect(upsertPullRequestComment(requestTo(baseUrl, "x", "wrong"))).rejects.toMatchObject({
    details: { status: 401 },
  });
});

test("a server that is not there is named too", async () => {
  const github = new FakeGithub([]);
  const baseUrl = await github.start();
  await github.stop();
  await expect(upsertPullRequestComment(requestTo(baseUrl, "x"))).rejects.toMatchObject({
    code: "report.comment_failed",
  });
});
