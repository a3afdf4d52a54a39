import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Attack, isRoot, node, python, ROOT_ONLY, says, saysSecret, sh } from "./attack.ts";

const shadow = isRoot && existsSync("/etc/shadow") ? (readFileSync("/etc/shadow", "utf8").split("\n")[0] ?? "") : "";
/** The level hides nothing: who owns these programs may write them. */
const OVERWRITABLE = [process.execPath, "/usr/bin/env"].some(mayWrite) ? "through" : "held";
const KERNEL_DECIDES = { notTried: "the kernel's own settings decide" } as const;
const OWN_KERNEL = { notTried: "the kernel that is asked is the trial's own" } as const;

/** Attacks on files, processes and the kernel of the host. */
export const ON_THE_HOST: readonly Attack[] = [
  {
    number: 7,
    name: "writing outside the workspace",
    command: ({ folder, secret }) =>
      sh(`for place in ${folder} ${folder}/project /tmp /etc /usr /; do echo x >"$place/written-${secret}"; done`),
    isThrough: ({ canary: { folder, secret } }) =>
      [folder, join(folder, "project")].some((place) => existsSync(join(place, `written-${secret}`))),
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 8,
    name: "the host's password hashes",
    command: () => sh("cat /etc/shadow /etc/gshadow /etc/sudoers /root/.ssh/* 2>/dev/null"),
    isThrough: ({ end }) => shadow !== "" && end.stdout.text.includes(shadow),
    expected: { process: ROOT_ONLY, namespace: "held", vm: "held" },
  },
  {
    number: 9,
    name: "secrets in the environments of other processes",
    command: () => sh("cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep CANARY"),
    isThrough: saysSecret,
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 10,
    name: "another trial's workspace",
    command: ({ other }) =>
      sh(`[ "$PWD" = "${other.workspace}" ] || cat ${other.workspace}/secret
        cat /tmp/aegis-trial-*/*/secret /tmp/aegis-trial-*/*/*/secret /proc/*/cwd/secret /proc/*/root/workspace/secret`),
    isThrough: saysSecret,
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 11,
    name: "the host's /tmp and /dev/shm",
    command: ({ sharedFiles }) => sh(`cat ${sharedFiles.join(" ")}`),
    isThrough: saysSecret,
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 12,
    name: "tracing a process of the host",
    command: ({ victim }) =>
      python(`import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in [${victim.pid}] + [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) == ${victim.pid}]:
    if libc.ptrace(16, pid, 0, 0) == 0: print("attached")
`),
    isThrough: says("attached"),
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 14,
    name: "switches through which the kernel runs programs as root",
    command: () =>
      sh(`for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/modprobe /sys/fs/cgroup/*/release_agent /sys/kernel/uevent_helper; do
        [ -w "$f" ] && echo "writable $f"; done`),
    isThrough: says("writable"),
    expected: { process: ROOT_ONLY, namespace: "held", vm: OWN_KERNEL },
  },
  {
    number: 15,
    name: "overwriting the program that runs, and the machine's programs",
    command: () => sh(`[ -w "${process.execPath}" ] && echo writable; [ -w /usr/bin/env ] && echo writable; true`),
    isThrough: says("writable"),
    expected: { process: OVERWRITABLE, namespace: "held", vm: "held" },
  },
  {
    number: 16,
    name: "devices of the host",
    command: () =>
      sh(`for d in kvm mem kmsg vda sda nvme0n1 fuse net/tun vhost-vsock; do [ -r "/dev/$d" ] && echo "device $d"; done
        mknod disk b 254 0 && head -c 512 disk >/dev/null && echo "device made"; true`),
    isThrough: says("device"),
    expected: {
      process: isRoot ? "through" : { notTried: "the machine's own permissions decide" },
      namespace: "held",
      vm: OWN_KERNEL,
    },
  },
  {
    number: 17,
    name: "user namespaces and mounts of its own",
    command: () => sh("unshare -Ur true && echo nested; unshare -Urm mount -t tmpfs x /tmp && echo mounted; true"),
    isThrough: ({ end }) => /nested|mounted/.test(end.stdout.text),
    expected: { process: "through", namespace: "held", vm: OWN_KERNEL },
  },
  {
    number: 18,
    name: "io_uring, bpf, userfaultfd, keys, performance events",
    command: () =>
      python(`import ctypes, errno, platform
libc = ctypes.CDLL(None, use_errno=True)
arm = platform.machine() == "aarch64"
calls = dict(io_uring_setup=425, bpf=280 if arm else 321, userfaultfd=282 if arm else 323, keyctl=219 if arm else 250, add_key=217 if arm else 248, perf_event_open=241 if arm else 298, clone3=435, setns=268 if arm else 308, open_tree=428)
for name, number in calls.items():
    got = libc.syscall(number, 0, 0, 0, 0, 0)
    if got >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS): print("reached", name)
`),
    isThrough: says("reached"),
    expected: { process: "through", namespace: "held", vm: OWN_KERNEL },
  },
  {
    number: 19,
    name: "sockets that no network namespace confines",
    command: () =>
      python(`import socket
for name, family, kind in [("vsock", 40, 1), ("alg", 38, 5), ("packet", 17, 3), ("netlink generic", 16, 3), ("xdp", 44, 3), ("tipc", 30, 1)]:
    try:
        socket.socket(family, kind, 16 if family == 16 else 0); print("opened", name)
    except OSError: pass
`),
    isThrough: says("opened"),
    expected: { process: "through", namespace: "held", vm: OWN_KERNEL },
  },
  {
    number: 20,
    name: "programs that make their caller root",
    command: () =>
      sh("grep -q 'NoNewPrivs:.1' /proc/self/status || echo 'may gain rights'; grep Cap /proc/self/status"),
    isThrough: ({ end }) => /may gain rights|Cap(Eff|Prm|Bnd):\s0*[1-9a-f]/.test(end.stdout.text),
    expected: { process: "through", namespace: "held", vm: OWN_KERNEL },
  },
  {
    number: 21,
    name: "typing into a terminal",
    command: () =>
      python(`import errno, fcntl, os
main, side = os.openpty()
for request in (0x5412, 0x541C):
    try: fcntl.ioctl(side, request, b"x"); print("reached")
    except OSError as e:
        if e.errno != errno.EPERM: print("reached")
`),
    isThrough: says("reached"),
    expected: { process: KERNEL_DECIDES, namespace: "held", vm: KERNEL_DECIDES },
  },
  {
    number: 39,
    name: "setting the clock",
    command: () =>
      python(`import time
try: time.clock_settime(time.CLOCK_REALTIME, time.time()); print("set")
except OSError: pass
`),
    isThrough: says("set"),
    expected: { process: ROOT_ONLY, namespace: "held", vm: OWN_KERNEL },
  },
  {
    number: 33,
    name: "links, hard links and sparse files in the workspace",
    command: ({ folder }) =>
      node(`const tries = [() => fs.symlinkSync("${folder}/secret", "soft"), () => fs.linkSync("${folder}/secret", "hard"),
        () => fs.symlinkSync("/proc/1/root", "root"), () => fs.truncateSync(fs.openSync("sparse", "w"), 1e6)];
        for (const each of tries) try { each(); } catch {}`),
    isThrough: async ({ collect, canary }) =>
      (await collect()).some((entry) => entry.kind === "file" && Buffer.from(entry.bytes).includes(canary.secret)),
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  {
    number: 34,
    name: "swapping a file for a link while the workspace is handed back",
    command: ({ folder }) =>
      sh(
        `echo mine >file; env -i setsid sh -c 'i=0; while [ $i -lt 20000 ]; do ln -sfn ${folder} swap; rm -f swap; mkdir -p swap; echo a >swap/secret; rm -rf swap; i=$((i + 1)); done' >/dev/null 2>&1 3>&- & sleep 0.1`,
      ),
    isThrough: async ({ collect, canary }) =>
      (await collect()).some((entry) => entry.kind === "file" && Buffer.from(entry.bytes).includes(canary.secret)),
    expected: {
      process: { notTried: "a program of this level reads what it likes without a race" },
      namespace: "held",
      vm: "held",
    },
  },
  {
    number: 50,
    name: "the expected answers beside the agent",
    command: ({ folder }) =>
      sh(`cat ${folder}/project/agent.txt; cat ${folder}/project/.env; grep -r . ${folder}/project`),
    options: ({ folder }) => ({
      mounts: [{ path: `${folder}/project`, hidden: [`${folder}/project/suites`, `${folder}/project/.env`] }],
    }),
    isThrough: (after) => saysSecret(after) || !says("the agent's own")(after),
    expected: { process: "through", namespace: "held", vm: "held" },
  },
  // Last: the victim may be gone after it.
  {
    number: 13,
    name: "killing a process of the host",
    command: ({ victim }) => sh(`kill -9 ${victim.pid}; sleep 0.05`),
    isThrough: async ({ canary: { victim } }) => {
      await new Promise((done) => setImmediate(done));
      return victim.signalCode !== null || !existsSync(`/proc/${victim.pid}/fd`);
    },
    expected: { process: "through", namespace: "held", vm: "held" },
  },
];

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
