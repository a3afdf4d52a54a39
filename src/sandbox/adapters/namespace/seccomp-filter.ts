import { SYSCALLS, type SyscallName } from "./syscall-numbers.ts";

/** One instruction of classic BPF: what to do, how far to jump when true and when false, and a number. */
type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, value: number];

export const SECCOMP_MACHINES = ["x64", "arm64"] as const;
export type SeccompMachine = (typeof SECCOMP_MACHINES)[number];

/**
 * What the kernel refuses to a sandboxed program, whatever rights it has: the calls it has no use for and others have
 * broken out by. Everything else is allowed; programs that ask for the refused ones are told so and live on.
 *
 * @returns a program for seccomp(2), as bwrap reads it from a descriptor
 */
export function seccompFilter(machine: SeccompMachine): Buffer {
  const number = (name: SyscallName) => SYSCALLS[name][machine === "x64" ? 0 : 1];
  const program: Instruction[] = [
    load(ARCHITECTURE),
    // Another word size has other numbers: nothing below would mean what it says.
    [JUMP_EQUAL, 1, 0, AUDIT_ARCHITECTURES[machine]],
    [RETURN, 0, 0, KILL_PROCESS],
    load(NUMBER),
    ...(machine === "x64" ? x32Refused : []),
    ...REFUSED.flatMap((name) => refuseNumber(number(name), EPERM)),
    // The C library falls back to `clone`, whose flags can be read here; those of `clone3` lie behind a pointer.
    ...refuseNumber(number("clone3"), ENOSYS),
    ...when(number("clone"), [load(ARGUMENTS[0]), ...refuseBits(NEW_NAMESPACES)]),
    ...when(number("unshare"), [load(ARGUMENTS[0]), ...refuseBits(NEW_NAMESPACES | CLONE_NEWTIME)]),
    ...when(number("socket"), [load(ARGUMENTS[0]), ...allowOnly(SOCKET_FAMILIES), ...netlinkOfRoutesOnly]),
    ...when(number("socketpair"), [load(ARGUMENTS[0]), ...allowOnly([AF_UNIX])]),
    ...when(number("ioctl"), [load(ARGUMENTS[1]), ...TERMINAL_TRICKS.flatMap((request) => refuse(request, EPERM))]),
    [RETURN, 0, 0, ALLOW],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, whenTrue, whenFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(whenTrue, index * 8 + 2);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}

const LOOKED_INTO = new Set<string>(["clone", "clone3", "unshare", "socket", "socketpair", "ioctl"]);
const REFUSED = (Object.keys(SYSCALLS) as SyscallName[]).filter((name) => !LOOKED_INTO.has(name));

// linux/filter.h: LD|W|ABS, JMP|JEQ|K, JMP|JGE|K, JMP|JSET|K, RET|K
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

// struct seccomp_data: nr, arch, instruction pointer, six arguments of 8 bytes; the low half of each comes first.
const NUMBER = 0;
const ARCHITECTURE = 4;
const ARGUMENTS = [16, 24, 32] as const;

const AUDIT_ARCHITECTURES: Readonly<Record<SeccompMachine, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const REFUSE = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

// NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. NEWTIME shares its bit with `clone`'s exit signal.
const NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
const CLONE_NEWTIME = 0x80;

const AF_UNIX = 1;
const AF_NETLINK = 16;
/** Not AF_VSOCK, which no network namespace confines, nor AF_ALG, AF_PACKET and the many that nobody asks for. */
const SOCKET_FAMILIES = [AF_UNIX, 2, 10, AF_NETLINK];

/** TIOCSTI and TIOCLINUX type into the terminal of whoever started us. */
const TERMINAL_TRICKS = [0x5412, 0x541c];

/** The x32 calls come under the same architecture, from this number on. */
const x32Refused: readonly Instruction[] = [
  [JUMP_AT_LEAST, 0, 1, 0x40000000],
  [RETURN, 0, 0, REFUSE | ENOSYS],
];

/** Of the kernel's own channels only the one that lists interfaces and addresses. */
const netlinkOfRoutesOnly: readonly Instruction[] = [
  [JUMP_EQUAL, 0, 3, AF_NETLINK],
  load(ARGUMENTS[2]),
  [JUMP_EQUAL, 1, 0, 0],
  [RETURN, 0, 0, REFUSE | EAFNOSUPPORT],
];

function load(offset: number): Instruction {
  return [LOAD, 0, 0, offset];
}

/** With the call's number loaded: runs the body for one call, which is allowed at its end; others step over. */
function when(number: number | null, body: readonly Instruction[]): Instruction[] {
  return number === null ? [] : [[JUMP_EQUAL, 0, body.length + 1, number], ...body, [RETURN, 0, 0, ALLOW]];
}

function refuseNumber(number: number | null, error: number): Instruction[] {
  return number === null ? [] : refuse(number, error);
}

function refuse(value: number, error: number): Instruction[] {
  return [
    [JUMP_EQUAL, 0, 1, value],
    [RETURN, 0, 0, REFUSE | error],
  ];
}

function refuseBits(bits: number): Instruction[] {
  return [
    [JUMP_ANY_BIT, 0, 1, bits],
    [RETURN, 0, 0, REFUSE | EPERM],
  ];
}

function allowOnly(values: readonly number[]): Instruction[] {
  const jumps = values.map((value, index): Instruction => [JUMP_EQUAL, values.length - index, 0, value]);
  return [...jumps, [RETURN, 0, 0, REFUSE | EAFNOSUPPORT]];
}
