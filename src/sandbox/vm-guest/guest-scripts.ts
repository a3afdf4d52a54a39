/** What runs in the guest and is no module: by path in the guest. Perl asks the kernel for what Node has no call for. */
export const GUEST_SCRIPTS: Readonly<Record<string, string>> = {
  "/aegis/start.sh": `#!/bin/busybox sh
B=/bin/busybox
$B mount -t proc -o nosuid,nodev,noexec,hidepid=2 proc /proc
$B mount -t sysfs -o ro,nosuid,nodev,noexec sys /sys
$B mount -t cgroup2 -o nosuid,nodev,noexec cgroup /sys/fs/cgroup
echo "+memory +pids" > /sys/fs/cgroup/cgroup.subtree_control
$B mount -t tmpfs -o nosuid,nodev,size=16m,mode=0755 run /run
$B mount -t tmpfs -o nosuid,nodev,size=256m,mode=1777 tmp /tmp
$B mkdir -p /dev/shm
$B mount -t tmpfs -o nosuid,nodev,size=64m,mode=1777 shm /dev/shm
$B ln -sf /proc/self/fd /dev/fd
$B chmod 666 /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty
$B ifconfig lo 127.0.0.1 up
$B hostname sandbox
export PATH=/usr/bin:/bin UV_THREADPOOL_SIZE=4 HOME=/
$B cat /aegis/node-path | { read NODE; exec "$NODE" --no-opt --no-sparkplug --max-semi-space-size=1 /aegis/src/sandbox/vm-guest/supervisor.js; } &
wait $!
echo "the supervisor ended"
$B poweroff -f
`,
  "/aegis/init": `#!/bin/busybox sh
B=/bin/busybox
$B mount -t devtmpfs dev /dev
for module in virtio_ring virtio virtio_mmio virtio_console virtio_blk squashfs overlay; do
  [ -f /modules/$module.ko ] && $B insmod /modules/$module.ko
done
$B mkdir -p /lower /upper /root
for try in 1 2 3 4 5 6 7 8 9; do [ -b /dev/vda ] && break; $B sleep 0.1; done
$B mount -t squashfs -o ro /dev/vda /lower
$B mount -t tmpfs -o size=64m,mode=0755 upper /upper
$B mkdir /upper/files /upper/work
$B mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work root /root
$B mount --move /dev /root/dev
exec $B switch_root /root /bin/busybox sh /aegis/start.sh
`,
  // Numbers of system calls and of requests are those of x86-64: RNDADDENTROPY, RNDRESEEDCRNG, clock_settime, mount.
  "/aegis/keep-guest.pl": `$| = 1;
open(my $random, "+<", "/dev/urandom") or die;
sub take { my $bytes = ""; while (length($bytes) < $_[0]) { sysread(STDIN, $bytes, $_[0] - length($bytes), length($bytes)) or exit; } $bytes }
sub refresh {
  my ($seconds, $nanoseconds, $entropy) = @_;
  my $request = pack("l l", 512, 64) . pack("H*", $entropy);
  ioctl($random, 0x40085203, $request) or return "RNDADDENTROPY: $!";
  ioctl($random, 0x5207, 0) or return "RNDRESEEDCRNG: $!";
  my $time = pack("q q", $seconds, $nanoseconds);
  syscall(227, 0, $time) == 0 or return "clock_settime: $!";
  return "ok";
}
sub mount {
  my ($source, $target, $type, $flags, $options) = @_;
  syscall(165, $source, $target, $type, $flags + 0, $options) == 0 or return "mount $target: $!";
  return "ok";
}
while (1) {
  my ($order, @words) = split(/\\0/, take(unpack("N", take(4))), -1);
  print(($order eq "refresh" ? refresh(@words) : mount(@words)) . "\\n");
}
`,
  "/aegis/launch-program.pl": `my ($group, $files, $count) = splice(@ARGV, 0, 3);
%ENV = map { split(/=/, $_, 2) } splice(@ARGV, 0, $count);
open(my $procs, ">", "$group/cgroup.procs") or die "$group: $!";
syswrite($procs, "$$") or die "cgroup: $!";
close($procs);
my $limit = pack("Q Q", $files, $files);
syscall(302, 0, 7, $limit, 0) == 0 or die "prlimit: $!";
$) = "1000 1000"; $( = 1000; $< = 1000; $> = 1000;
die "setuid" if $< != 1000 || $> != 1000;
syscall(157, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
exec { $ARGV[0] } @ARGV or die "exec: $!";
`,
  "/aegis/seed-node.cjs": `"use strict";
const crypto = require("node:crypto");
let state = (Number(process.env.AEGIS_SEED) ^ Math.imul(process.pid - process.ppid, 0x9e3779b1)) >>> 0;
if (require("node:worker_threads").threadId > 0) state ^= Math.imul(require("node:worker_threads").threadId, 0x85ebca6b);
const next = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const fill = (target, offset = 0, size) => {
  const bytes = ArrayBuffer.isView(target) ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength) : new Uint8Array(target);
  const end = size === undefined ? bytes.length : offset + size;
  for (let at = offset; at < end; at += 1) bytes[at] = Math.floor(next() * 256);
  return target;
};
const told = (callback, value) => (typeof callback === "function" ? void process.nextTick(callback, null, value) : value);
const uuid = () => {
  const bytes = fill(Buffer.alloc(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
Math.random = next;
crypto.randomBytes = crypto.pseudoRandomBytes = (size, callback) => told(callback, fill(Buffer.alloc(size)));
crypto.randomFillSync = fill;
crypto.randomFill = (target, ...rest) => told(rest.pop(), fill(target, ...rest));
crypto.randomUUID = uuid;
crypto.randomInt = (low, high, callback) => {
  if (high === undefined || typeof high === "function") [low, high, callback] = [0, low, high];
  return told(callback, low + Math.floor(next() * (high - low)));
};
const web = Object.getPrototypeOf(crypto.webcrypto);
Object.defineProperty(web, "getRandomValues", { value: (target) => fill(target), configurable: true });
Object.defineProperty(web, "randomUUID", { value: uuid, configurable: true });
require("node:module").syncBuiltinESMExports();
`,
  "/aegis/python/sitecustomize.py": `import os, random
def _seed():
    state = random.Random(int(os.environ["AEGIS_SEED"]))
    os.urandom = state.randbytes
    random._urandom = state.randbytes
    random.seed(state.getrandbits(64))
_seed()
`,
  "/etc/passwd": "root:x:0:0:root:/:/bin/sh\nagent:x:1000:1000:agent:/workspace:/bin/sh\n",
  "/etc/group": "root:x:0:\nagent:x:1000:\n",
  "/etc/hosts": "127.0.0.1 localhost sandbox\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};
