import { expect, test } from "vitest";
import type { Message } from "../../domain/index.ts";
import { KnownWords } from "./known-words.ts";

const user = (content: string): Message => ({ role: "user", content });
const answer: Message = { role: "assistant", content: "Yes." };

test("a conversation that grows tells what came last, however often it was said before", () => {
  const first = [user("Hi")];
  const known = new KnownWords(first, ["Hi"]);
  const second = [...first, answer, user("Hi"), user("")];
  expect(known.freshIn(second)).toEqual(["Hi"]);
  expect(known.freshIn(second)).toEqual([]);
  expect(known.freshIn([...second, user("And?")])).toEqual(["And?"]);
});

test("a prompt that does not go on is compared by how often it holds a text", () => {
  const known = new KnownWords([user("Hi"), answer, user("Hi")], ["Hi"]);
  expect(known.freshIn([user("Hi"), user("Bye")])).toEqual(["Bye"]);
  expect(known.freshIn([user("Hi"), answer, user("Hi"), user("Hi")])).toEqual(["Hi", "Hi"]);
});

test("what was asked for elsewhere is known once", () => {
  const known = new KnownWords([user("Hi")], ["Book a table"]);
  expect(known.freshIn([user("Hi"), answer, user("Book a table")])).toEqual([]);
  expect(known.freshIn([user("Book a table"), user("Book a table")])).toEqual(["Book a table", "Book a table"]);
});
