import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { chmodSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SandboxMount } from "../../sandbox.ts";
import { cached } from "./cached-folder.ts";
import { MOUNT_DRIVE_BYTES } from "./qemu.ts";
import { unavailable } from "./vm-pieces.ts";

const run = promisify(execFile);

export interface MountDrive {
  readonly image: string;
  readonly key: string;
  readonly mounts: readonly { readonly path: string; readonly isFile: boolean }[];
}

interface Survey {
  /** Paths that are left out of the image. */
  readonly hidden: string[];
  /** What the image is told from others by. */
  readonly lines: string[];
}

/** One image of all mounted folders without what is hidden in them, made once for the same content. */
export async function mountDrive(
  mounts: readonly SandboxMount[],
  { cacheFolder, mksquashfs, setpriv }: { cacheFolder: string; mksquashfs: string; setpriv: string },
): Promise<MountDrive> {
  const survey: Survey = { hidden: [], lines: [] };
  const tops = mounts.filter(({ path }) => !mounts.some((other) => path.startsWith(`${other.path}/`)));
  const paths = [...new Set(tops.map(({ path }) => path))].toSorted();
  for (const path of paths) await look(path, mounts, survey);
  const key = createHash("sha256")
    .update([FORMAT, ...survey.lines].join("\n"))
    .digest("hex")
    .slice(0, 24);
  const folder = await cached(join(cacheFolder, "mounts", key), async (made) => {
    const image = join(made, "image");
    const list = join(made, "hidden");
    writeFileSync(list, survey.hidden.map((path) => `${escapePattern(path.slice(1))}\n`).join(""));
    const packing = [
      "-no-strip",
      // An emulated machine takes longer to unpack than to read.
      "-noI",
      "-noD",
      "-noF",
      "-noX",
      "-noappend",
      "-quiet",
      "-no-progress",
      "-no-xattrs",
      "-wildcards",
      "-ef",
      list,
    ];
    const owner = ["-force-uid", "1000", "-force-gid", "1000"];
    // The guest has this very Node in its root: a mark stands in its place.
    const node = survey.lines.includes(NODE_LINE) ? ["-p", `${process.execPath.slice(1)} f 755 0 0 true`] : [];
    const words = [...paths, image, ...packing, ...owner, ...node];
    // What nobody waits for any more is not packed to the end.
    await run(setpriv, ["--pdeathsig", "KILL", "--", mksquashfs, ...words], { cwd: "/" });
    if (statSync(image).size > MOUNT_DRIVE_BYTES)
      throw unavailable(`the mounted folders are more than ${MOUNT_DRIVE_BYTES} bytes`);
    truncateSync(image, MOUNT_DRIVE_BYTES);
    chmodSync(image, 0o644);
  });
  return {
    image: join(folder, "image"),
    key,
    mounts: paths.map((path) => ({ path, isFile: statSync(path).isFile() })),
  };
}

/** Of the images: those of another one are made anew. */
const FORMAT = "2";
const NODE_LINE = `node ${process.execPath}`;

/** What hides is the deepest of mounts and hidden places above a path; a mount in a hidden folder is seen. */
async function look(path: string, mounts: readonly SandboxMount[], survey: Survey): Promise<void> {
  const isHidden = hidden(path, mounts);
  const leadsOn = mounts.some((mount) => mount.path.startsWith(`${path}/`));
  if (path === process.execPath) {
    survey.lines.push(NODE_LINE);
    survey.hidden.push(path);
    return;
  }
  if (isHidden && !leadsOn) {
    survey.lines.push(`hidden ${path}`);
    return void survey.hidden.push(path);
  }
  const found = await lstat(path);
  if (!found.isDirectory()) {
    survey.lines.push(`${found.mode} ${found.size} ${found.mtimeMs} ${found.ino} ${path}`);
    return;
  }
  survey.lines.push(`folder ${found.mode} ${path}`);
  const names = (await readdir(path)).toSorted();
  for (const name of names) await look(join(path, name), mounts, survey);
}

function hidden(path: string, mounts: readonly SandboxMount[]): boolean {
  let deepest = { length: -1, isHidden: false };
  const weigh = (rule: string, isHidden: boolean) => {
    if (path !== rule && !path.startsWith(`${rule}/`)) return;
    if (rule.length >= deepest.length) deepest = { length: rule.length, isHidden };
  };
  for (const mount of mounts) {
    weigh(mount.path, false);
    for (const place of mount.hidden ?? []) weigh(place, true);
  }
  return deepest.isHidden;
}

/** mksquashfs reads patterns; names hold any character. */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!()|@+]/g, "\\$&");
}
