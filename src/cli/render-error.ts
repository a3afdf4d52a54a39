import { AegisError, escapeTerminal, jsonLine } from "../kernel/index.ts";

/** What went wrong, its code, and what to do about it. A failure we did not expect shows its stack. */
export function renderError(
  error: unknown,
  { json, color }: { readonly json: boolean; readonly color: boolean },
): string {
  if (json) return jsonLine({ error: describe(error) });
  const red = (text: string) => (color ? `\u001b[31m${text}\u001b[39m` : text);
  if (error instanceof AegisError) {
    const message = escapeTerminal(error.message, { keepLines: true });
    const fix = error.fix === "" ? "" : `  fix: ${escapeTerminal(error.fix)}\n`;
    return `${red("error")} ${error.code}: ${message}\n${fix}`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${red("error")} unexpected, please report it:\n${escapeTerminal(stack, { keepLines: true })}\n`;
}

/** sysexits: 70 is an internal error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof AegisError ? error.exitCode : 70;
}

function describe(error: unknown) {
  if (error instanceof AegisError) {
    const { code, message, fix, details } = error;
    return { code, message, fix, details };
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
