import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

test("the whole client is one small file that needs nothing else", async () => {
  const bundle = await rolldown({ input: fileURLToPath(new URL("index.ts", import.meta.url)), platform: "browser" });
  const { output } = await bundle.generate({ minify: true });
  const [client] = output;
  expect(output).toHaveLength(1);
  expect([...client.imports, ...client.dynamicImports]).toEqual([]);
  expect(client.code).not.toMatch(/node:|\bprocess\b|\bBuffer\b|\bzod\b/);
  expect(Buffer.byteLength(client.code)).toBeLessThan(15_000);
});
