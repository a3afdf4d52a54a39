import { ERROR_CATALOGUE } from "../../src/kernel/index.ts";
import { inline, page, table } from "./markdown.ts";

export function errorsPage(): string {
  const rooms = Map.groupBy(Object.entries(ERROR_CATALOGUE), ([code]) => code.split(".")[0] ?? "");
  const sections = [...rooms].flatMap(([room, entries]) => [
    `## ${room}`,
    table(
      ["Code", "Exit", "HTTP", "Again?", "What to do"],
      entries.map(([code, { exit, http, retry, fix }]) => [
        inline(code),
        String(exit),
        String(http),
        retry ? "yes" : "",
        fix,
      ]),
    ),
  ]);
  return page([
    "# Errors",
    'Every failure Aegis can name has a code. The code is the contract: the command line prints it, with `--json` as `{"error": {"code", "message", "fix", "details"}}`, and exits with its exit code. "Again?" says whether the same call may succeed later without a change.',
    ...sections,
  ]);
}
