import { parseArgs } from "node:util";
import { AegisError, escapeTerminal } from "../../src/kernel/index.ts";
import { DATA_HINT, dataFolderOf, readDataFile } from "./data-folder.ts";
import { DOMAIN_NAMES, type DomainName } from "./environment.ts";
import { mergeReports, type RegradeReport } from "./regrade-report.ts";
import { Regrader } from "./regrade-trajectories.ts";

const HELP = `node examples/tau/regrade.ts FILE [FILE...] [--domain retail|airline] [--json] [--hash]

Plays recorded tau-bench runs again in our own environment, each on fresh state, and compares
what every tool answered and which reward the run gets with what was recorded.

  --domain NAME  retail or airline; found from the tools called when left out
  --json         print one JSON object instead of a summary
  --hash         also recompute gt_data_hash, the SHA-256 of the whole wanted state
  --help         print this

Exit codes: 0 measured (disagreements are in the report), 64 wrong usage,
65 a file that is truncated or holds something else, 66 a file that is missing.

${DATA_HINT}
`;

interface Command {
  readonly files: readonly string[];
  readonly domainName: DomainName | undefined;
  readonly isJson: boolean;
  readonly withHash: boolean;
}

process.exitCode = main(process.argv.slice(2));

function main(words: readonly string[]): number {
  try {
    const command = parseCommand(words);
    process.stdout.write(command === "help" ? HELP : run(command));
    return 0;
  } catch (error) {
    if (!(error instanceof AegisError)) throw error;
    process.stderr.write(`regrade: ${escapeTerminal(error.message)}\n`);
    return error.exitCode;
  }
}

function parseCommand(words: readonly string[]): Command | "help" {
  const { values, positionals } = parseWords(words);
  if (values.help) return "help";
  const domainName = DOMAIN_NAMES.find((name) => name === values.domain);
  if (values.domain !== undefined && domainName === undefined) {
    throw new AegisError("cli.usage", `--domain is retail or airline, not ${values.domain}; see --help`);
  }
  if (positionals.length === 0) throw new AegisError("cli.usage", "name at least one trajectory file; see --help");
  return { files: positionals, domainName, isJson: values.json, withHash: values.hash };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        domain: { type: "string" },
        json: { type: "boolean", default: false },
        hash: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError("cli.usage", `${why}; see --help`, { cause });
  }
}

function run({ files, domainName, isJson, withHash }: Command): string {
  const regrader = new Regrader({ domainName, dataFolder: dataFolderOf(process.env), withHash });
  const reports = files.map((file) => ({ file, report: regrader.regrade(file, readDataFile(file)) }));
  const { gtDataHash, ...figures } = reports.map(({ report }) => report).reduce(mergeReports);
  // Measured from the start of the process, so loading counts.
  const wallMs = Math.round(performance.now());
  if (!isJson) return summary(reports, wallMs);
  return `${JSON.stringify({ ...figures, gtDataHash: withHash ? gtDataHash : null, wallMs }, null, 2)}\n`;
}

function summary(reports: readonly { file: string; report: RegradeReport }[], wallMs: number): string {
  return `${[...reports.flatMap(({ file, report }) => reportLines(file, report)), `${wallMs} ms`].join("\n")}\n`;
}

function reportLines(file: string, report: RegradeReport): string[] {
  const { observationDifferences: differences, skipped, gtDataHash } = report;
  const lines = [
    file,
    `  rewards       ${report.agree}/${report.trajectories} agree`,
    `  observations  ${report.observationsIdentical}/${report.observations} identical`,
  ];
  if (gtDataHash.checked > 0) lines.push(`  state hashes  ${gtDataHash.reproduced}/${gtDataHash.checked} reproduced`);
  if (skipped.count > 0) lines.push(`  skipped       ${skipped.count}`);
  for (const [reason, count] of Object.entries(skipped.reasons)) lines.push(`    ${count} x ${reason}`);
  for (const { index, taskId, trial, recorded, recomputed, reason } of report.disagree) {
    lines.push(
      `  disagree      run ${index} (task ${taskId}, trial ${trial}): ${recorded} recorded, ${recomputed} here: ${reason}`,
    );
  }
  if (differences.injectedFaults > 0)
    lines.push(`  faults        ${differences.injectedFaults} injected by the recorder`);
  for (const { index, step, tool, why, recorded, recomputed } of differences.shown) {
    if (why === "injected fault") continue;
    lines.push(
      `  ${why}: run ${index}, step ${step}, ${tool}: ${JSON.stringify(recorded)} recorded, ${JSON.stringify(recomputed)} here`,
    );
  }
  return lines.map((line) => escapeTerminal(line));
}
