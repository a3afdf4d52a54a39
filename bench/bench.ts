import { realpathSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { clonedAegis, packedAegis } from "./aegis-under-test.ts";
import { type Figure, isInBound, isMet, renderFigures } from "./figure.ts";

export interface BenchOptions {
  /** A few seconds in all; bounds are checked and wall times are not. */
  readonly isShort: boolean;
  readonly hasPeers: boolean;
  /** The `aegis` to measure: of this clone, or of a package packed and installed elsewhere. */
  readonly aegis: string;
}

/** Measures one claim. An empty list: nothing here to measure it with, and why was said. */
export type Measure = (options: BenchOptions) => Promise<readonly Figure[]> | readonly Figure[];

const HELP = `node bench/NAME.ts [--short] [--json] [--no-peers] [--packed]

  --short     a few seconds: checks ratios and counts, never wall times
  --json      print JSON
  --no-peers  ours alone
  --packed    measure only the package as it is published (built, packed, installed) instead of this clone
`;

/** Runs a measurement when its file is the program that was started. */
export async function runAsProgram(moduleUrl: string, measure: Measure): Promise<void> {
  const started = process.argv[1];
  if (started === undefined || fileURLToPath(moduleUrl) !== realpathSync(started)) return;
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      peers: { type: "boolean", default: true },
      packed: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowNegative: true,
  });
  if (values.help) return console.log(HELP);
  const aegis = values.packed ? packedAegis() : clonedAegis();
  const loadBefore = loadavg();
  const figures = await measure({ isShort: values.short, hasPeers: values.peers, aegis });
  const load = { before: rounded(loadBefore), after: rounded(loadavg()) };
  if (values.json) console.log(JSON.stringify({ figures, load }, null, 2));
  else
    console.log(
      `${renderFigures(figures, values.short)}\nload average ${load.before[0]} before, ${load.after[0]} after`,
    );
  const isGood = values.short
    ? figures.every(isInBound)
    : figures.every((figure) => isMet(figure) && isInBound(figure));
  process.exitCode = isGood ? 0 : 1;
}

/** What cannot be measured is said, never counted as measured. */
export function say(text: string): void {
  console.error(text);
}

function rounded(load: readonly number[]): number[] {
  return load.map((each) => Math.round(each * 100) / 100);
}
