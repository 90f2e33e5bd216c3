// seccomp: the filter by itself, for both processors, and for real, around a child that asks for what it may not.
import assert from 'node:assert/strict'
import { arch } from 'node:os'
import { describe, test } from 'node:test'
import type { Processes } from '../../src/process/open.ts'
import { DENIED, seccompFilter } from '../../src/process/seccomp.ts'
import { bare, sandboxed } from './levels.ts'

const ALLOW = 0x7fff0000
const KILL = 0x80000000
const EPERM = 0x50001
const ENOSYS = 0x50026
const CLONE_NEWUSER = 0x10000000

const PROCESSORS = [
  { name: 'x64', audit: 0xc000003e, position: 0, read: 0, clone: 56, ioctl: 16 },
  { name: 'arm64', audit: 0xc00000b7, position: 1, read: 63, clone: 220, ioctl: 29 },
] as const

for (const { name, audit, position, read, clone, ioctl } of PROCESSORS)
  describe(`on ${name}`, () => {
    const filter = seccompFilter(name) ?? assert.fail('there is a filter')
    const answer = (number: number, args: readonly number[] = [], architecture: number = audit) =>
      evaluate(filter, architecture, number, args)

    test(`every one of the ${Object.keys(DENIED).length} calls on the list is refused`, () => {
      for (const [call, numbers] of Object.entries(DENIED)) assert.equal(answer(numbers[position]), EPERM, call)
    })

    test('everything else is allowed', () => {
      const denied = new Set<number>([...Object.values(DENIED).map(numbers => numbers[position]), 435])
      for (let number = 0; number < 500; number++) if (!denied.has(number)) assert.equal(answer(number), ALLOW)
    })

    test('a new process is allowed, a new namespace is not', () => {
      assert.equal(answer(clone, [0x3d0f00]), ALLOW)
      assert.equal(answer(clone, [CLONE_NEWUSER]), EPERM)
      assert.equal(answer(435), ENOSYS)
    })

    test('asking a terminal for its size is allowed, typing into it is not', () => {
      assert.equal(answer(ioctl, [0, 0x5413]), ALLOW)
      for (const request of [0x5412, 0x541c]) assert.equal(answer(ioctl, [0, request]), EPERM)
    })

    test('calls by the rules of another processor end the child', () => {
      assert.equal(answer(read, [], 0x40000003), KILL)
      assert.equal(answer(0x40000000 + read), EPERM)
    })
  })

test('a processor that we do not know has no filter', () => {
  assert.equal(seccompFilter('riscv64'), undefined)
})

// None where bubblewrap does not work; and where there is no filter, the level's name says so.
for (const processes of sandboxed?.sandbox === 'bubblewrap+seccomp' ? [sandboxed] : []) {
  const position = arch() === 'arm64' ? 1 : 0
  const CALLS: readonly (readonly [name: keyof typeof DENIED, args: string])[] = [
    ['socket', '2, 1, 0'],
    ['socket', '1, 1, 0'],
    ['socketpair', '1, 1, 0, 0'],
    ['ptrace', '0, 0, 0, 0'],
    ['unshare', '0x10000000'],
    ['setns', '0, 0'],
    ['mount', '0, 0, 0, 0, 0'],
    ['bpf', '0, 0, 0'],
    ['io_uring_setup', '1, 0'],
    ['keyctl', '0, 0'],
    ['userfaultfd', '0'],
    ['perf_event_open', '0, 0, 0, 0, 0'],
    ['clock_settime', '0, 0'],
  ]

  for (const [name, args] of CALLS)
    test(`a child that calls ${name}(${args}) is told that it may not`, async () => {
      assert.equal(await errorOf(processes, DENIED[name][position], args), 'EPERM')
    })

  test('and clone3 does not exist', async () => assert.equal(await errorOf(processes, 435, '0, 0'), 'ENOSYS'))

  test('the filter is there for every child anew', async () => {
    const calls = Array.from({ length: 5 }, () => errorOf(processes, DENIED.socket[position], '2, 1, 0'))
    assert.deepEqual(await Promise.all(calls), Array(5).fill('EPERM'))
  })

  test('without it the same child gets its socket', async () => {
    assert.equal(await errorOf(bare, DENIED.socket[position], '2, 1, 0'), 'none')
  })
}

// Perl is part of every Debian, and calls the kernel by number.
async function errorOf(processes: Processes, number: number, args: string): Promise<string> {
  const script = `use Errno; my $r = syscall(${number}, ${args}); print $r == -1 ? (grep { $!{$_} } qw(EPERM ENOSYS EINVAL EFAULT), 'other')[0] : 'none'`
  return (await processes.run({ program: 'perl', args: ['-e', script] }, { reads: [] })).stdout
}

// The few instructions of classic BPF that the filter uses, as the kernel runs them.
function evaluate(filter: Uint8Array, architecture: number, number: number, args: readonly number[]): number {
  const code = Buffer.from(filter)
  const words: Readonly<Record<number, number>> = { 0: number, 4: architecture, 16: args[0] ?? 0, 24: args[1] ?? 0 }
  let accumulator = 0
  for (let at = 0; at < code.length; at += 8) {
    const value = code.readUInt32LE(at + 4)
    const jump = (condition: boolean) => {
      at += 8 * code.readUInt8(at + (condition ? 2 : 3))
    }
    switch (code.readUInt16LE(at)) {
      case 0x20:
        accumulator = words[value] ?? assert.fail(`nothing lies at ${value}`)
        break
      case 0x15:
        jump(accumulator === value)
        break
      case 0x35:
        jump(accumulator >= value)
        break
      case 0x45:
        jump((accumulator & value) !== 0)
        break
      case 0x06:
        return value
      default:
        assert.fail('an instruction that the test does not know')
    }
  }
  return assert.fail('the filter ends without an answer')
}
