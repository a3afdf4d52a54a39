import { z } from "zod";
import { exportTraces, sendSpans, settleBeforeLooking } from "../../app/traces/index.ts";
import { AegisError, countNoun, escapeTerminal } from "../../kernel/index.ts";
import { encodeTraceJson } from "../../trace/wire/index.ts";
import { defineCommand } from "../command.ts";

export const traceExport = defineCommand({
  name: "trace export",
  summary: "Give runs out as OpenTelemetry spans: OTLP JSON, or sent to a collector.",
  arguments: [{ name: "trace", summary: "ids of runs or traces", isList: true }],
  flags: z.strictObject({
    to: z.string().optional().describe("address of a collector, e.g. http://localhost:4318"),
    header: z.array(z.string()).default([]).describe("header of the requests, as name=value"),
    content: z
      .boolean()
      .default(false)
      .describe(
        "also what was said: prompts, answers, arguments and results; what came as spans is given back as it came",
      ),
    json: z.boolean().default(false).describe("print OTLP JSON, as is done without --to"),
  }),
  examples: [
    { line: "aegis trace export 01JCK7... > trace.json", does: "one run as OTLP JSON" },
    {
      line: "aegis trace export 01JCK7... --to http://localhost:4318 --content",
      does: "to a collector, words and all",
    },
  ],
  async run({ flags, args, app, terminal }) {
    await settleBeforeLooking(app);
    const spans = await exportTraces(app, { ids: args, withContent: flags.content });
    if (flags.to === undefined) terminal.out(`${escapeTerminal(encodeTraceJson(spans), { keepLines: true })}\n`);
    else {
      await sendSpans(spans, { url: flags.to, headers: Object.fromEntries(flags.header.map(headerOf)) });
      terminal.err(`${countNoun(spans.length, "span")} sent\n`);
    }
    return 0;
  },
});

/** @throws {AegisError} "cli.usage" */
function headerOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new AegisError("cli.usage", `--header: ${JSON.stringify(text)} is no name=value`);
}
