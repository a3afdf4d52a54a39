import { expect, test } from "vitest";
import { tellPatch } from "./tell-patch.ts";

test("a patch that holds something is to be applied, an empty one is not", () => {
  expect(tellPatch("a.patch", 2)).toBe("2 files in a.patch: read it, then git apply\n");
  expect(tellPatch("a.patch", 1)).toBe("1 file in a.patch: read it, then git apply\n");
  expect(tellPatch("a\u001b.patch", 0)).toBe("a\\u001b.patch is empty: there is nothing to apply\n");
});
