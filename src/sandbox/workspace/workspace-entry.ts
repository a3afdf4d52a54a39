/** One thing in a workspace. Paths are relative, with `/`, without `.` or `..`. */
export type WorkspaceEntry =
  | { readonly kind: "file"; readonly path: string; readonly bytes: Uint8Array; readonly isExecutable?: boolean }
  | { readonly kind: "folder"; readonly path: string }
  /** Kept as text, never followed. */
  | { readonly kind: "link"; readonly path: string; readonly target: string };
