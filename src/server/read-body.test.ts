import { expect, test } from "vitest";
import { LIMITS } from "../kernel/index.ts";
import { parseBody } from "./read-body.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const tooDeep = expect.objectContaining({ code: "request.invalid" });

test("a body may be as deep as the limit, and no deeper; brackets in texts do not count", () => {
  const depthMax = LIMITS.requestJsonDepthMax;
  expect(JSON.stringify(parseBody(nested(depthMax)))).toBe(nested(depthMax));
  expect(() => parseBody(nested(depthMax + 1))).toThrow(tooDeep);
  expect(() => parseBody(`{"a":${nested(depthMax)}}`)).toThrow(tooDeep);
  expect(parseBody(JSON.stringify([`\\"${nested(depthMax)}`]))).toEqual([`\\"${nested(depthMax)}`]);
});
