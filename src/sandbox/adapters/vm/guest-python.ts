import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface GuestPython {
  readonly program: string;
  readonly standardLibrary: string;
  readonly libraries: readonly string[];
  readonly version: string;
}

/** The host's Python, when it has one. */
export function findPython(): GuestPython | undefined {
  try {
    const ask =
      "import os, sys, sysconfig; print(os.path.realpath(sys.executable), sysconfig.get_paths()['stdlib'], sys.version.split()[0])";
    const told = execFileSync("python3", ["-I", "-c", ask], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [program = "", standardLibrary = "", version = ""] = told.trim().split(" ");
    const linked = execFileSync("ldd", [program], { encoding: "utf8" });
    const libraries = [...linked.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
    return { program, standardLibrary, libraries, version };
  } catch {
    return undefined;
  }
}

/** What a program may need of it; neither its tests nor what was installed beside it. */
const LEFT_OUT = /^(test|tests|idlelib|lib2to3|turtledemo|tkinter|ensurepip|site-packages|dist-packages|config-.*)$/;

export function copyPython({ program, standardLibrary, libraries }: GuestPython, stage: string): void {
  for (const file of [program, ...libraries]) {
    mkdirSync(dirname(join(stage, file)), { recursive: true });
    if (!existsSync(join(stage, file))) copyFileSync(file, join(stage, file));
  }
  const filter = (path: string) => !LEFT_OUT.test(basename(path)) && !path.endsWith(".a");
  cpSync(standardLibrary, join(stage, standardLibrary), { recursive: true, filter });
  for (const name of ["python3", "python"]) {
    if (!existsSync(join(stage, "usr/bin", name))) symlinkSync(program, join(stage, "usr/bin", name));
  }
}
