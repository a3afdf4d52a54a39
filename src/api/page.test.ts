import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePageKey, encodePageKey } from "./page.ts";
import { decodeStreamOffset, encodeStreamOffset } from "./stream-offset.ts";

test("a page's key comes back as it was, whatever is in the id", () => {
  const id = fc.string({ minLength: 1, maxLength: 128, unit: "grapheme" });
  fc.assert(
    fc.property(fc.nat(2 ** 45), id, (createdAtMs, text) => {
      expect(decodePageKey(encodePageKey({ createdAtMs, id: text }))).toEqual({ createdAtMs, id: text });
    }),
  );
});

test.each(["", "12", ".x", "a.b", "-1.x"])("%j is no page's key", (text) => {
  expect(decodePageKey(text)).toBeUndefined();
});

test("offsets of a stream sort as texts as they do as numbers", () => {
  const seq = fc.nat(Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(seq, seq, (left, right) => {
      const [first, second] = [encodeStreamOffset(left), encodeStreamOffset(right)];
      expect(first < second).toBe(left < right);
      expect(decodeStreamOffset(first)).toBe(left);
    }),
  );
});
