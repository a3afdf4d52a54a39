import { seededRandom } from "../../kernel/index.ts";

/**
 * What makes the programs of clones with one seed draw alike. The kernel is no help: processes mix in the clock and
 * their counter of cycles. So Node and Python are told to draw from the seed before they load anything else.
 */
export function seededEnvironment(seed: number, env: Readonly<Record<string, string>>): Record<string, string> {
  const preload = "--require=/aegis/seed-node.cjs";
  return {
    NODE_OPTIONS: env["NODE_OPTIONS"] ? `${preload} ${env["NODE_OPTIONS"]}` : preload,
    PYTHONHASHSEED: env["PYTHONHASHSEED"] ?? String(seed >>> 0),
    PYTHONPATH: env["PYTHONPATH"] ? `/aegis/python:${env["PYTHONPATH"]}` : "/aegis/python",
    AEGIS_SEED: String(seed),
  };
}

export function seededBytes(seed: number, count: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
}
