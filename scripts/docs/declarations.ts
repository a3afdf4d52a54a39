import { readFileSync } from "node:fs";

/** Interfaces and types of a source file with their comments, as they stand there: the types are the contract. */
export function declarations(file: string, names: readonly string[]): string {
  const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8");
  return names.map((name) => declaration(source, name, file)).join("\n\n");
}

function declaration(source: string, name: string, file: string): string {
  const lines = source.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^(export )?(interface|type) ${name}\\b`).test(line));
  if (start === -1) throw new Error(`${file} declares no ${name}`);
  const length = lines.slice(start).findIndex((line) => /^\}|^ {2}\);$|^ {2}\};$|^[^ ].*;$/.test(line));
  const comment = lines.slice(0, start).findLastIndex((line) => !/^( \*|\/\*\*)/.test(line)) + 1;
  return lines.slice(comment, start + length + 1).join("\n");
}
