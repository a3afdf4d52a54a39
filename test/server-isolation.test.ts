import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServed, type Served } from "./server-kit.ts";

const USERS = 500;
const AT_ONCE = 50;

let served: Served;
beforeAll(async () => {
  served = await openServed({ auth: {} });
});
afterAll(() => served.close());

/** Ids that a careless prefix, pattern, case or trim would take for each other's. */
const SHAPES: readonly ((number: number) => string)[] = [
  (number) => `user-${number}`,
  (number) => `user-${number}%`,
  (number) => `user-${number}*`,
  (number) => `user_${number}`,
  (number) => `USER-${number}`,
  (number) => `user-${number}'`,
  (number) => `user-${number}"`,
  (number) => `user-${number}/memory`,
  (number) => `user-${number}\u0301`,
  (number) => `user-${number} `,
];

interface Person {
  readonly id: string;
  readonly token: string;
  readonly session: string;
  readonly run: string;
  /** A word that only this person has ever said. */
  readonly word: string;
}

async function live(index: number): Promise<Person> {
  const shape = SHAPES[index % SHAPES.length] ?? String;
  const id = shape(Math.floor(index / SHAPES.length));
  const word = `word${index}x`;
  const { secret: token } = await served.makeKey({ name: `key ${index}`, role: "user", userId: id });
  const { json: session } = await served.post(
    "/v1/sessions",
    { agent: "echo", id: `s-${index}`, metadata: { word } },
    { token },
  );
  const path = `/v1/sessions/${session.id}/runs`;
  const { json } = await served.post(path, { message: word, metadata: { word } }, { token });
  for (const key of ["note", `note ${word}`]) {
    const entry = `/v1/users/me/memory/${encodeURIComponent(key)}`;
    await served.send("PUT", entry, { token, body: { value: { said: `common ${word}` } } });
  }
  return { id, token, session: session.id, run: json.run.id, word };
}

/** Everything a person can read of somebody, themselves or another. */
function readsOf({ id, session, run }: Person): string[] {
  const user = `/v1/users/${encodeURIComponent(id)}`;
  return [
    `/v1/sessions/${session}`,
    `/v1/sessions/${session}/messages`,
    `/v1/sessions/${session}/runs`,
    `/v1/runs/${run}`,
    `/v1/runs/${run}/events`,
    `/v1/runs/${run}/stream`,
    `/v1/runs/${run}/stream?offset=-1&live=sse`,
    `/v1/runs/${run}/decisions`,
    `/v1/responses/resp_${run}`,
    `/v1/chat/${session}/stream`,
    `${user}/memory`,
    `${user}/memory?q=common`,
    `${user}/memory?prefix=note`,
    `${user}/memory/note`,
    `${user}/memory/note/versions`,
    `${user}/export`,
  ];
}

const LISTS = ["/v1/sessions?limit=1000", "/v1/runs?limit=1000", "/v1/users/me/memory?q=common", "/v1/users/me/export"];

async function forAll<Item>(items: readonly Item[], act: (item: Item, index: number) => Promise<void>): Promise<void> {
  const left = items.entries();
  const work = async () => {
    for (const [index, item] of left) await act(item, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

test(`${USERS} people with similar ids, at once: nobody reads, writes or erases what is another's`, async () => {
  const people: Person[] = [];
  await forAll([...Array(USERS).keys()], async (index) => {
    people[index] = await live(index);
  });
  const leaks: string[] = [];
  const expectOwn = ({ word, id }: Person, path: string, text: string) => {
    for (const [said] of text.matchAll(/word\d+x/g)) if (said !== word) leaks.push(`${id} reads ${said} at ${path}`);
  };
  await forAll(people, async (person) => {
    for (const path of [...readsOf(person), ...LISTS]) {
      const { status, text } = await served.get(path, { token: person.token });
      if (status > 204) leaks.push(`${person.id} gets ${status} at ${path}`);
      expectOwn(person, path, text);
      if (/messages|events|memory|export/.test(path) && !text.includes(person.word)) {
        leaks.push(`${person.id} does not find their own at ${path}`);
      }
    }
  });
  expect(leaks).toEqual([]);

  // Whoever asks for whomever, by whatever route: it is as if there were nothing.
  const pair = fc.tuple(fc.nat(USERS - 1), fc.nat(USERS - 1), fc.nat(999)).filter(([one, other]) => one !== other);
  await forAll(fc.sample(pair, { numRuns: 3_000, seed: 7 }), async ([one, other, which]) => {
    const [asker, owner] = [people[one], people[other]];
    if (!asker || !owner) throw new Error("there are as many people as numbers");
    const { token } = asker;
    const reads = readsOf(owner).map((path) => ["GET", path, undefined] as const);
    const user = `/v1/users/${encodeURIComponent(owner.id)}`;
    const asks = [
      ...reads,
      ["POST", `/v1/sessions/${owner.session}/runs`, { message: "mine now" }],
      ["POST", `/v1/sessions/${owner.session}/close`, {}],
      ["DELETE", `/v1/sessions/${owner.session}`, undefined],
      ["POST", `/v1/runs/${owner.run}/cancel`, {}],
      ["PUT", `${user}/memory/note`, { value: "mine now" }],
      ["DELETE", `${user}/memory/note`, undefined],
      ["DELETE", `${user}/memory`, undefined],
      ["DELETE", user, undefined],
      ["GET", `/v1/sessions?userId=${encodeURIComponent(owner.id)}`, undefined],
    ] as const;
    const [method, path, body] = asks[which % asks.length] ?? asks[0];
    const answer = await served.send(method, path, { token, ...(body && { body }) });
    const text = await answer.text();
    // A chat that is not there has no run under way; whose it would be is not said.
    const nothing = path.startsWith("/v1/chat/") ? 204 : 404;
    if (answer.status !== nothing) leaks.push(`${asker.id} gets ${answer.status} at ${method} ${path}`);
    expectOwn(
      asker,
      path,
      text.replaceAll(owner.word, (said) => (text.includes("Nothing") ? "" : said)),
    );
  });
  expect(leaks).toEqual([]);

  // And all of it is still there.
  await forAll(people, async ({ token, word, session, run }) => {
    const { json } = await served.get("/v1/users/me/export", { token });
    expect(json).toMatchObject({
      sessions: [{ id: session, closedAtMs: null, runs: [{ id: run, outcome: "answered" }] }],
    });
    expect(json.memory).toHaveLength(2);
    expect(JSON.stringify(json.memory)).toContain(word);
  });
}, 180_000);
