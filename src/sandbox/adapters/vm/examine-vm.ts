import { existsSync } from "node:fs";
import { findPieces, installLine, type MissingPiece } from "./vm-pieces.ts";

export interface VmExamination {
  readonly canRun: boolean;
  readonly missing: readonly MissingPiece[];
  /** One command for all that is missing; empty when nothing is. */
  readonly install: string;
  /** There, which does not say that guests start with it: that is tried when the template is made. */
  readonly hasKvm: boolean;
}

/** What the level lacks on this machine, and the line that brings it. */
export function examineVm(path?: string): VmExamination {
  const { missing } = findPieces(path);
  const isFitting = process.platform === "linux" && process.arch === "x64";
  return {
    canRun: isFitting && missing.length === 0,
    missing,
    install: installLine(missing),
    hasKvm: existsSync("/dev/kvm"),
  };
}
