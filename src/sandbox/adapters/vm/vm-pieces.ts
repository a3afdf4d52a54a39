import { execFileSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { join } from "node:path";
import { AegisError } from "../../../kernel/index.ts";

/** The programs of this machine that a virtual machine is made of and with. */
export interface VmPieces {
  readonly qemu: string;
  readonly mksquashfs: string;
  readonly busybox: string;
  readonly perl: string;
  readonly setpriv: string;
}

export interface MissingPiece {
  readonly name: string;
  readonly package: string;
}

const PACKAGES: Readonly<Record<keyof VmPieces, { program: string; package: string }>> = {
  qemu: { program: "qemu-system-x86_64", package: "qemu-system-x86" },
  mksquashfs: { program: "mksquashfs", package: "squashfs-tools" },
  busybox: { program: "busybox", package: "busybox-static" },
  perl: { program: "perl", package: "perl-base" },
  setpriv: { program: "setpriv", package: "util-linux" },
};

/** Programs by name, looked for on PATH; what is not there comes with the package that brings it. */
export function findPieces(path = process.env["PATH"] ?? ""): {
  readonly pieces: Partial<VmPieces>;
  readonly missing: readonly MissingPiece[];
} {
  const pieces: Partial<Record<keyof VmPieces, string>> = {};
  const missing: MissingPiece[] = [];
  for (const [key, { program, package: owner }] of Object.entries(PACKAGES) as [
    keyof VmPieces,
    (typeof PACKAGES)[keyof VmPieces],
  ][]) {
    const place = findOnPath(program, path);
    if (place === undefined || (key === "busybox" && !isStatic(place))) missing.push({ name: program, package: owner });
    else pieces[key] = place;
  }
  return { pieces, missing };
}

/** @throws {AegisError} "sandbox.unavailable" with the line that brings what is missing */
export function requirePieces(): VmPieces {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw unavailable(
      `the level vm runs on Linux on x86-64, not on ${process.platform} on ${process.arch}`,
      "Use --isolation process, or run on Linux.",
    );
  }
  const { pieces, missing } = findPieces();
  if (missing.length === 0) return pieces as VmPieces;
  throw unavailable(`the level vm lacks ${missing.map(({ name }) => name).join(", ")}`, installLine(missing));
}

export function installLine(missing: readonly MissingPiece[]): string {
  return missing.length === 0 ? "" : `apt-get install -y ${missing.map((each) => each.package).join(" ")}`;
}

export function unavailable(message: string, fix?: string, cause?: unknown): AegisError {
  return new AegisError("sandbox.unavailable", message, { ...(fix !== undefined && { fix }), cause });
}

export function findOnPath(program: string, path = process.env["PATH"] ?? ""): string | undefined {
  for (const folder of path.split(":").filter(Boolean)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return realpathSync(join(folder, program));
    } catch {
      // not in this one
    }
  }
  return undefined;
}

/** The first program of the guest has no libraries yet. */
function isStatic(program: string): boolean {
  try {
    return !execFileSync("ldd", [program], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).includes("=>");
  } catch {
    return true;
  }
}
