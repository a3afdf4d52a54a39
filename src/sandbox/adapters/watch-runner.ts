import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";

/** Waits for the end of its input, which is ours; then kills whatever bears the mark, until nothing does. */
const SCRIPT = `cat >/dev/null
for round in 1 2 3 4 5; do
  found=
  for process in /proc/[0-9]*; do
    if grep -qsza "^$1" "$process/environ"; then kill -9 "\${process#/proc/}" 2>/dev/null && found=yes; fi
  done
  [ -n "$found" ] || exit 0
done`;

let token: string | undefined;

/**
 * A word for the marks of everything this process starts. From the first call on, a guard outlives this process and kills
 * what bears the word, however this process ends.
 * @param mark begins the variable by which marked processes are known, e.g. `AEGIS_SANDBOX=`
 */
export function guardedToken(mark: string): string {
  if (token !== undefined) return token;
  token = randomBytes(8).toString("hex");
  const guard = spawn("/bin/sh", ["-c", SCRIPT, "aegis-guard", `${mark}${token}`], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    detached: true,
  });
  guard.on("error", () => undefined);
  // Who ends by itself has closed its sandboxes, and looked for strays.
  process.once("exit", () => void guard.kill("SIGKILL"));
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return token;
}
