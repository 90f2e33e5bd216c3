// seccomp: the filter of system calls that a boxed child runs under, assembled as the kernel reads it.

/** What a denied call answers with. */
type Verdict = 'EPERM' | 'ENOSYS'
type Machine = { readonly auditArch: number; readonly numbers: (call: Call) => number }

/** The filter for this processor, or undefined for one whose numbers we do not know. */
export function seccompFilter(arch: string): Uint8Array | undefined {
  const machine = MACHINES[arch]
  return machine && assemble(instructions(machine))
}

/** What a child may not ask for, by its name and its number on x86-64 and on arm64. */
export const DENIED = {
  // The network, and handing open files to others.
  ...{ socket: [41, 198], socketpair: [53, 199], bind: [49, 200], connect: [42, 203], listen: [50, 201] },
  ...{ accept: [43, 202], accept4: [288, 242], sendto: [44, 206], recvfrom: [45, 207], sendmsg: [46, 211] },
  ...{ recvmsg: [47, 212], sendmmsg: [307, 269], recvmmsg: [299, 243] },
  // Other processes.
  ...{ ptrace: [101, 117], process_vm_readv: [310, 270], process_vm_writev: [311, 271], kcmp: [312, 272] },
  pidfd_getfd: [438, 438],
  // What is mounted, and namespaces, in which it would be root.
  ...{ mount: [165, 40], umount2: [166, 39], pivot_root: [155, 41], chroot: [161, 51], open_tree: [428, 428] },
  ...{ move_mount: [429, 429], fsopen: [430, 430], fsconfig: [431, 431], fsmount: [432, 432], fspick: [433, 433] },
  ...{ mount_setattr: [442, 442], unshare: [272, 97], setns: [308, 268] },
  ...{ name_to_handle_at: [303, 264], open_by_handle_at: [304, 265], fanotify_init: [300, 262] },
  // The parts of the kernel that are widest and have failed most.
  ...{ bpf: [321, 280], io_uring_setup: [425, 425], io_uring_enter: [426, 426], io_uring_register: [427, 427] },
  ...{ add_key: [248, 217], request_key: [249, 218], keyctl: [250, 219], userfaultfd: [323, 282] },
  ...{ perf_event_open: [298, 241], kexec_load: [246, 104], kexec_file_load: [320, 294] },
  ...{ init_module: [175, 105], finit_module: [313, 273], delete_module: [176, 106] },
  // The machine as a whole.
  ...{ clock_settime: [227, 112], clock_adjtime: [305, 266], settimeofday: [164, 170], adjtimex: [159, 171] },
  ...{ swapon: [167, 224], swapoff: [168, 225], reboot: [169, 142], acct: [163, 89], quotactl: [179, 60] },
  syslog: [103, 116],
} as const satisfies Record<string, Call>

type Call = readonly [x64: number, arm64: number]

const MACHINES: Readonly<Record<string, Machine>> = {
  x64: { auditArch: 0xc000003e, numbers: ([x64]) => x64 },
  arm64: { auditArch: 0xc00000b7, numbers: ([, arm64]) => arm64 },
}
const IOCTL: Call = [16, 29]
const CLONE: Call = [56, 220]
const CLONE3: Call = [435, 435]
// Typing into the terminal that somebody started us from (TIOCSTI), or pasting into it (TIOCLINUX).
const TERMINAL_REQUESTS = [0x5412, 0x541c]
// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
const NEW_NAMESPACES = 0x7e020000
// x86-64 has its calls a second time, for programs with short pointers, with this bit set.
const SHORT_POINTERS = 0x40000000

/** One step of the filter; jumps are counted in instructions to pass over. */
type Instruction = { readonly code: number; readonly value: number; readonly yes?: number; readonly no?: number }

// <linux/filter.h> and <linux/seccomp.h>: offsets into what the kernel knows of a call.
const NUMBER = 0
const ARCHITECTURE = 4
const FIRST_ARGUMENT = 16
const SECOND_ARGUMENT = 24
const load = (offset: number): Instruction => ({ code: 0x20, value: offset })
const equals = (value: number, no: number): Instruction => ({ code: 0x15, value, no })
const atLeast = (value: number, no: number): Instruction => ({ code: 0x35, value, no })
const hasAny = (bits: number, no: number): Instruction => ({ code: 0x45, value: bits, no })
const answer = (value: number): Instruction => ({ code: 0x06, value })
const ALLOW = answer(0x7fff0000)
const KILL = answer(0x80000000)
const ERRNO: Readonly<Record<Verdict, Instruction>> = { EPERM: answer(0x50001), ENOSYS: answer(0x50026) }

function instructions({ auditArch, numbers }: Machine): Instruction[] {
  const deny = (number: number, verdict: Verdict) => [equals(number, 1), ERRNO[verdict]]
  return [
    // A call by the rules of another processor would have other numbers.
    ...[load(ARCHITECTURE), { ...equals(auditArch, 0), yes: 1 }, KILL],
    ...[load(NUMBER), atLeast(SHORT_POINTERS, 1), ERRNO.EPERM],
    ...Object.values(DENIED).flatMap(call => deny(numbers(call), 'EPERM')),
    // Its flags lie in memory, where a filter cannot look; without it the C library falls back on clone.
    ...deny(numbers(CLONE3), 'ENOSYS'),
    ...[equals(numbers(CLONE), 4), load(FIRST_ARGUMENT), hasAny(NEW_NAMESPACES, 1), ERRNO.EPERM, ALLOW],
    ...[equals(numbers(IOCTL), 5), load(SECOND_ARGUMENT)],
    ...TERMINAL_REQUESTS.flatMap(request => deny(request, 'EPERM')),
    ALLOW,
  ]
}

// struct sock_filter { u16 code; u8 jt; u8 jf; u32 k }, in the order of bytes of the machine: little on both.
function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, { code, value, yes = 0, no = 0 }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(yes, index * 8 + 2)
    bytes.writeUInt8(no, index * 8 + 3)
    bytes.writeUInt32LE(value, index * 8 + 4)
  }
  return bytes
}
