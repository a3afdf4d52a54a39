import { copyFileSync, existsSync, lstatSync, mkdirSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { removeTree } from "../remove-tree.ts";
import { makeFolder } from "./make-root.ts";
import type { OuterUser } from "./outer-user.ts";

/** What of the machine every sandbox shows: its programs, and the part of `/etc` that they need. */
export interface System {
  /** Of bwrap. */
  readonly arguments: readonly string[];
  remove(): Promise<void>;
}

/** What programs are made of. */
const FOLDERS = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"];

/** The machine's users, keys, networks and secrets stay out. Folders of `/etc` are shown, single files are copied. */
const ETC_FOLDERS = ["alternatives", "crypto-policies", "fonts", "pki/ca-trust", "pki/tls/certs", "ssl/certs"];
const ETC_FILES = ["ld.so.cache", "localtime", "mime.types", "services", "ssl/openssl.cnf"];

const OWN_ETC = {
  passwd:
    "root:x:0:0:root:/:/bin/sh\nagent:x:1000:1000:agent:/workspace:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n",
  group: "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};

/** Copies the small files once, for all sandboxes of a provider: each single mount would cost each start a millisecond. */
export function copySystem(user: OuterUser): System {
  const folder = makeFolder(user);
  const shown = ETC_FOLDERS.filter((name) => existsSync(join("/etc", name)));
  for (const name of shown) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ETC_FILES.filter((each) => existsSync(join("/etc", each)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join("/etc", name), join(folder, name));
  }
  for (const [name, text] of Object.entries(OWN_ETC)) writeFileSync(join(folder, name), text);
  const folders = shown.flatMap((name) => ["--ro-bind", join("/etc", name), join("/etc", name)]);
  return {
    arguments: [...FOLDERS.filter(existsSync).flatMap(show), "--ro-bind", folder, "/etc", ...folders],
    remove: () => removeTree(folder),
  };
}

function show(path: string): string[] {
  return lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}
