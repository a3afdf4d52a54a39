// Installs what the tests need from the system, through apt where that may be done, and says what it could not install.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Programs the tests start, and the Debian package each comes from. */
const NEEDED = [
  { program: "python3", package: "python3", why: "command agents in another language" },
  { program: "setpriv", package: "util-linux", why: "trials that die with their runner" },
  { program: "git", package: "git", why: "the commit a run was made at" },
  { program: "curl", package: "curl", why: "curl as a client of a run's stream" },
  { program: "bwrap", package: "bubblewrap", why: "trials at level namespace" },
  { program: "qemu-system-x86_64", package: "qemu-system-x86", why: "trials at level vm" },
  { program: "mksquashfs", package: "squashfs-tools", why: "the guest image of level vm" },
  { program: "busybox", package: "busybox-static", why: "the guest image of level vm" },
  { program: "chromium", package: "chromium", why: "the chat page, in a real browser" },
];

const folders = (process.env.PATH ?? "").split(":").concat("/usr/bin", "/bin", "/usr/sbin");
const isThere = (program) => folders.some((folder) => existsSync(`${folder}/${program}`));
const missing = NEEDED.filter(({ program }) => !isThere(program));

if (missing.length > 0) {
  const packages = missing.map((each) => each.package);
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const command = [...asRoot, "apt-get", "install", "-y", "--no-install-recommends", ...packages];
  if (isThere("apt-get")) {
    const [program = "", ...words] = command;
    spawnSync(asRoot[0] ?? "apt-get", asRoot.length > 0 ? ["-n", "apt-get", "update"] : ["update"], {
      stdio: "ignore",
    });
    spawnSync(program, words, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  for (const { program, package: name, why } of missing.filter((each) => !isThere(each.program))) {
    console.log(`not installed: ${program} (for ${why}); install it with: sudo apt-get install ${name}`);
  }
}
