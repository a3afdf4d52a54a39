// Five kinds of clients start runs of the support example and follow them over connections that break at random points;
// each must end with the exact events the server has.
// node bench/clients.ts [--short] [--cuts 200] [--kills 4] [--seed TEXT] [--client NAME]...
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderRows } from "./clients/client-row.ts";
import { CLIENT_NAMES, type ClientName, measureClients } from "./clients/measure-clients.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      cuts: { type: "string" },
      kills: { type: "string" },
      seed: { type: "string", default: `seed-${Date.now().toString(36)}` },
      client: { type: "string", multiple: true },
    },
  });
  const startedMs = Date.now();
  const rows = await measureClients({
    seed: values.seed,
    cutsPerClient: Number(values.cuts ?? (values.short ? 16 : 200)),
    kills: Number(values.kills ?? (values.short ? 1 : 4)),
    say: console.error,
    clients: values.client?.map(clientNamed) ?? CLIENT_NAMES,
  });
  console.log(renderRows(rows));
  console.log("events: of the log; for openai of the response; for useChat the parts of the message");
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  console.log(`${seconds} s, seed ${values.seed}; where the cuts were: ${JSON.stringify(kindsOf(rows))}`);
  const complaints = rows.flatMap((row) => row.complaints);
  if (complaints.length === 0) return;
  console.log(complaints.join("\n"));
  process.exitCode = 1;
}

function clientNamed(text: string): ClientName {
  const found = CLIENT_NAMES.find((name) => name === text);
  if (found === undefined) throw new Error(`there is no client ${text}: ${CLIENT_NAMES.join(", ")}`);
  return found;
}

function kindsOf(rows: Awaited<ReturnType<typeof measureClients>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [kind, count] of rows.flatMap(({ cutKinds }) => Object.entries(cutKinds))) {
    sums[kind] = (sums[kind] ?? 0) + count;
  }
  return sums;
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) await main();
