// Loaded before dependency-cruiser 18, which walks no `using` declaration: for it they are `const`. What a file imports
// stays the same.
import { readFileSync } from "node:fs";
import swc from "@swc/core";

const DECLARATION = /^(\s*)(?:await )?using (?=[\w{[])/gm;

swc.parseFileSync = (path, options) =>
  swc.parseSync(readFileSync(path, "utf8").replace(DECLARATION, "$1const "), options);
