import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AegisError } from "../../../kernel/index.ts";
import { SECCOMP_MACHINES, type SeccompMachine } from "./seccomp-filter.ts";

/** Where each program lies, by its name. */
export type Programs = Readonly<Record<(typeof NEEDED)[number]["program"], string>>;

const NEEDED = [
  { program: "bwrap", package: "bubblewrap" },
  { program: "unshare", package: "util-linux" },
  { program: "nsenter", package: "util-linux" },
  { program: "setpriv", package: "util-linux" },
  { program: "mount", package: "mount" },
  { program: "tar", package: "tar" },
] as const;

const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];
/** The first that can forbid user namespaces to what runs inside. */
const BUBBLEWRAP_MIN = [0, 8];

let found: Programs | undefined;

/** @throws {AegisError} "sandbox.unavailable" with the package that is missing and the command that installs it */
export function neededPrograms(): Programs {
  if (found) return found;
  if (process.platform !== "linux") throw unavailable(`namespaces are of Linux, this is ${process.platform}`, "");
  seccompMachine();
  const places = NEEDED.map((each) => ({ ...each, place: findProgram(each.program) }));
  const missing = [...new Set(places.filter(({ place }) => place === undefined).map((each) => each.package))];
  if (missing.length > 0) {
    throw unavailable(`${missing.join(" and ")} is not installed`, `sudo apt-get install ${missing.join(" ")}`);
  }
  const programs = Object.fromEntries(places.map(({ program, place }) => [program, place])) as unknown as Programs;
  assertBubblewrap(programs.bwrap);
  found = programs;
  return programs;
}

/** @throws {AegisError} "sandbox.unavailable" for a machine whose system calls we do not know by number */
export function seccompMachine(): SeccompMachine {
  const machine = SECCOMP_MACHINES.find((each) => each === process.arch);
  if (machine) return machine;
  throw unavailable(`the filter of system calls is written for ${SECCOMP_MACHINES.join(" and ")}`, "");
}

/** Says why the kernel gives no user namespace, where it has a switch for that. */
export function userNamespaceProblem(said: string): AegisError {
  const forbidding = SWITCHES.find(({ file, forbids }) => {
    try {
      return readFileSync(join("/proc/sys", file), "utf8").trim() === forbids;
    } catch {
      return false;
    }
  });
  if (!forbidding) return unavailable(`no user namespace: ${said}`, "");
  const key = forbidding.file.replaceAll("/", ".");
  return unavailable(`${key} forbids user namespaces: ${said}`, `sudo sysctl -w ${key}=${forbidding.allows}`);
}

const SWITCHES = [
  { file: "kernel/unprivileged_userns_clone", forbids: "0", allows: "1" },
  { file: "kernel/apparmor_restrict_unprivileged_userns", forbids: "1", allows: "0" },
  { file: "user/max_user_namespaces", forbids: "0", allows: "10000" },
];

export function unavailable(problem: string, command: string): AegisError {
  const fix = command === "" ? "Choose another level of isolation; `aegis doctor` lists them." : `Run: ${command}`;
  return new AegisError("sandbox.unavailable", `isolation "namespace": ${problem}`, { fix });
}

function assertBubblewrap(bwrap: string): void {
  const version = execFileSync(bwrap, ["--version"], { encoding: "utf8", env: {} }).trim();
  const [major = 0, minor = 0] = version.replace(/^\D*/, "").split(".").map(Number);
  if (major > (BUBBLEWRAP_MIN[0] ?? 0) || minor >= (BUBBLEWRAP_MIN[1] ?? 0)) return;
  throw unavailable(
    `${version} is too old, 0.8 or later is needed`,
    "sudo apt-get install --only-upgrade bubblewrap, or build it from its source",
  );
}

function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
