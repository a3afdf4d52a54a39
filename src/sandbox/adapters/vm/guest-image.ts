import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { GUEST_SCRIPTS } from "../../vm-guest/guest-scripts.ts";
import { cached } from "./cached-folder.ts";
import { guestModules } from "./guest-modules.ts";
import { plainOrder } from "./plain-order.ts";
import { copyPython, findPython } from "./guest-python.ts";
import { findOnPath, unavailable, type VmPieces } from "./vm-pieces.ts";

const run = promisify(execFile);
const IMAGE_VERSION = 4;
const KERNEL_PACKAGE = "linux-image-cloud-amd64";
/** In the order in which they must be loaded. */
const MODULES = [
  "drivers/virtio/virtio_ring",
  "drivers/virtio/virtio",
  "drivers/virtio/virtio_mmio",
  "drivers/char/virtio_console",
  "drivers/block/virtio_blk",
  "fs/squashfs/squashfs",
  "fs/overlayfs/overlay",
];

/** What programs expect of any system and busybox lacks; taken from the host where it has them. */
const HOST_PROGRAMS = ["bash", "nohup", "tar"];

export interface GuestImage {
  readonly kernel: string;
  readonly initrd: string;
  readonly root: string;
  /** Of all that is in it. */
  readonly key: string;
}

export interface ImageOptions {
  readonly cacheFolder: string;
  readonly pieces: VmPieces;
  /** A root folder or an archive of one (`.tar`, `.tar.gz`) that lies below what Aegis needs. */
  readonly root: string | undefined;
  onProgress(message: string): void;
}

/** Kernel, first steps and read-only root of the guest; made once for the same content. */
export async function guestImage({ cacheFolder, pieces, root, onProgress }: ImageOptions): Promise<GuestImage> {
  const kernel = await guestKernel(cacheFolder, onProgress);
  const python = findPython();
  const modules = guestModules();
  const hash = createHash("sha256").update(
    `${IMAGE_VERSION} ${HOST_PROGRAMS.join(" ")} ${JSON.stringify(plainOrder([]))}\n${kernel.name}\n${python?.version ?? ""}\n`,
  );
  for (const [name, text] of [...modules, ...Object.entries(GUEST_SCRIPTS)]) hash.update(`${name}\n${text}\n`);
  for (const path of [process.execPath, pieces.busybox, pieces.perl, ...(root === undefined ? [] : [root])]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  const key = hash.digest("hex").slice(0, 24);
  const folder = await cached(join(cacheFolder, "images", key), async (made) => {
    onProgress("building the guest's root");
    const stage = join(made, "stage");
    mkdirSync(stage);
    if (root !== undefined) await copyRoot(root, stage);
    await fillRoot(stage, pieces, modules);
    if (python) copyPython(python, stage);
    const packing = [
      "-comp",
      "lz4",
      "-noappend",
      "-all-root",
      "-quiet",
      "-no-progress",
      "-all-time",
      "0",
      "-mkfs-time",
      "0",
    ];
    await run(pieces.mksquashfs, [stage, join(made, "root.squashfs"), ...packing]);
    rmSync(stage, { recursive: true });
    await packInitrd(made, pieces.busybox, kernel.folder);
  });
  return {
    kernel: join(kernel.folder, "vmlinuz"),
    initrd: join(folder, "initrd"),
    root: join(folder, "root.squashfs"),
    key,
  };
}

async function guestKernel(cacheFolder: string, onProgress: (message: string) => void) {
  const present = join(cacheFolder, "kernels");
  mkdirSync(present, { recursive: true, mode: 0o700 });
  const name = (await newestKernel()) ?? readdirSync(present).toSorted().at(-1);
  if (name === undefined || name.includes(".making-")) {
    throw unavailable(`there is no package ${KERNEL_PACKAGE} to take the guest's kernel from`, "apt-get update");
  }
  const folder = await cached(join(present, name), async (made) => {
    onProgress(`fetching the guest's kernel, ${name}`);
    const [packageName = ""] = name.split("_");
    const load = run("apt-get", ["download", packageName], { cwd: made });
    await load.catch((cause: Error) => {
      throw unavailable(
        `the guest's kernel cannot be fetched: ${cause.message.slice(0, 300)}`,
        "apt-get update",
        cause,
      );
    });
    const archive = readdirSync(made).find((file) => file.endsWith(".deb")) ?? "";
    await run("dpkg", ["-x", archive, "unpacked"], { cwd: made });
    const boot = join(made, "unpacked/boot");
    cpSync(join(boot, readdirSync(boot).find((file) => file.startsWith("vmlinuz")) ?? ""), join(made, "vmlinuz"));
    const [release = ""] = readdirSync(join(made, "unpacked/lib/modules"));
    for (const module of MODULES) {
      const file = join(made, "unpacked/lib/modules", release, "kernel", `${module}.ko`);
      // A module that is part of the kernel has no file; a packed one is unpacked for insmod.
      if (existsSync(`${file}.xz`)) await run("xz", ["-d", `${file}.xz`]);
      if (existsSync(file)) cpSync(file, join(made, "modules", basename(file)));
    }
    rmSync(join(made, "unpacked"), { recursive: true });
    rmSync(join(made, archive));
  });
  return { folder, name };
}

/** `linux-image-6.1.0-56-cloud-amd64_6.1.192-2`: the package that the general one stands for, and its version. */
async function newestKernel(): Promise<string | undefined> {
  try {
    const { stdout } = await run("apt-cache", ["show", "--no-all-versions", KERNEL_PACKAGE]);
    const name = /^Depends: (linux-image-[^\s,]+)/m.exec(stdout)?.[1];
    const version = /^Version: (\S+)/m.exec(stdout)?.[1];
    return name === undefined || version === undefined ? undefined : `${name}_${version.replaceAll(":", "-")}`;
  } catch {
    return undefined;
  }
}

async function copyRoot(root: string, stage: string): Promise<void> {
  const isFolder = statSync(root).isDirectory();
  await run(isFolder ? "cp" : "tar", isFolder ? ["-a", `${root}/.`, stage] : ["-xf", root, "-C", stage]);
}

async function fillRoot(stage: string, pieces: VmPieces, modules: ReadonlyMap<string, string>): Promise<void> {
  for (const folder of ["bin", "dev", "proc", "run", "sys", "tmp", "usr/bin", "aegis/src", "workspace"]) {
    mkdirSync(join(stage, folder), { recursive: true });
  }
  copyProgram(pieces.busybox, join(stage, "bin/busybox"));
  const { stdout } = await run(pieces.busybox, ["--list"]);
  for (const applet of stdout.trim().split("\n")) link("/bin/busybox", join(stage, "bin", applet));
  copyProgram(process.execPath, join(stage, process.execPath));
  // A file of its own, which the image holds once: where mounts cover the first, this one is bound over it.
  copyProgram(process.execPath, join(stage, "aegis/node"));
  link(process.execPath, join(stage, "usr/bin/node"));
  link("/bin/busybox", join(stage, "usr/bin/env"));
  copyProgram(pieces.perl, join(stage, "usr/bin/perl"));
  for (const program of [process.execPath, pieces.perl]) {
    for (const library of await librariesOf(program)) copyProgram(library, join(stage, library));
  }
  for (const program of HOST_PROGRAMS.map((name) => findOnPath(name)).filter((path) => path !== undefined)) {
    const place = join(stage, "usr/bin", basename(program));
    rmSync(place, { force: true });
    copyProgram(program, place);
    for (const library of await librariesOf(program)) copyProgram(library, join(stage, library));
  }
  const locale = "/usr/lib/locale/C.utf8";
  if (existsSync(locale)) cpSync(locale, join(stage, locale), { recursive: true });
  const texts = [...modules].map(([name, text]) => [`/aegis/src/${name}`, text] as const);
  for (const [path, text] of [
    ...texts,
    ...Object.entries(GUEST_SCRIPTS),
    ["/aegis/node-path", "/aegis/node\n"] as const,
    ["/aegis/src/package.json", '{"type":"module"}'] as const,
    ["/aegis/plain-order.json", JSON.stringify(plainOrder([]))] as const,
  ]) {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    if (path.startsWith("/etc/") && existsSync(join(stage, path))) continue;
    writeFileSync(join(stage, path), text);
  }
}

export async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await run("ldd", [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}

function copyProgram(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  if (existsSync(to)) return;
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

function link(target: string, path: string): void {
  if (!existsSync(path)) symlinkSync(target, path);
}

async function packInitrd(made: string, busybox: string, kernelFolder: string): Promise<void> {
  const stage = join(made, "initrd-stage");
  for (const folder of ["bin", "dev", "proc"]) mkdirSync(join(stage, folder), { recursive: true });
  cpSync(join(kernelFolder, "modules"), join(stage, "modules"), { recursive: true });
  copyProgram(busybox, join(stage, "bin/busybox"));
  writeFileSync(join(stage, "init"), GUEST_SCRIPTS["/aegis/init"] ?? "", { mode: 0o755 });
  const pack = 'cd "$1" && "$2" find . | "$2" cpio -o -H newc 2>/dev/null > "$3"';
  await run(busybox, ["sh", "-c", pack, "sh", stage, busybox, join(made, "initrd")]);
  rmSync(stage, { recursive: true });
}
