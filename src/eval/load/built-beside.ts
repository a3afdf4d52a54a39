/** The JavaScript file that a built project has where its source says `x.ts`: texts in settings are not rewritten by a compiler. */
export function builtBeside(path: string): string {
  return path.replace(/\.(m?)ts$/, ".$1js");
}
