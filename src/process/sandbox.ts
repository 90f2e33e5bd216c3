// sandbox: runs a command under bubblewrap, where it has its box, the system's libraries, and nothing else.
import { readlink } from 'node:fs/promises'
import { isErrno } from '../lib/errors.ts'
import { type Box, CHILD_ENVIRONMENT, type Level } from './level.ts'

const ISOLATION = [
  // No network, no other process, no host names: every namespace is its own.
  '--unshare-all',
  '--die-with-parent',
  '--new-session',
  ...['--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534'],
  // Not --as-pid-1: the kernel spares a first process from SIGXFSZ, and the limit on output bytes would not stop it.
  // No /proc either, so that nothing of ours can be read there.
]
const SCRATCH_BYTES = 64 * 1024 ** 2
// With a merged /usr these are links into it, else directories of their own.
const SYSTEM_DIRECTORIES = ['/bin', '/sbin', '/lib', '/lib32', '/lib64']
// Debian's alternatives choose BLAS for filters; fonts are for burned-in subtitles.
const SETTINGS = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/fonts']

/** Looks once at how this host lays out its system directories. A filter of system calls comes on top. */
export async function bubblewrapLevel(filter?: Uint8Array): Promise<Level> {
  const system = (await Promise.all(SYSTEM_DIRECTORIES.map(mountSystem))).flat()
  const filtering = filter ? ['--seccomp', '3'] : []
  return {
    name: filter ? 'bubblewrap+seccomp' : 'bubblewrap',
    wrap: (program, args, box) => ({
      words: ['bwrap', ...bubblewrapOptions(system, box), ...filtering, '--', program, ...args],
      cwd: '/',
      filter,
    }),
  }
}

/** Everything between `bwrap` and the command; a value, so that a test can read what a child gets to see. */
export function bubblewrapOptions(system: readonly string[], { reads, writes }: Box): string[] {
  return [
    ...ISOLATION,
    ...['--ro-bind', '/usr', '/usr', ...system],
    ...SETTINGS.flatMap(path => ['--ro-bind-try', path, path]),
    ...['--dev', '/dev', '--size', `${SCRATCH_BYTES}`, '--tmpfs', '/tmp'],
    ...reads.flatMap((path, index) => ['--ro-bind', path, `/in/${index}`]),
    ...(writes === undefined ? [] : ['--bind', writes, '/out']),
    // What is left of the root is memory; nobody fills that.
    ...['--remount-ro', '/', '--chdir', writes === undefined ? '/tmp' : '/out'],
    '--clearenv',
    ...Object.entries(CHILD_ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
  ]
}

async function mountSystem(path: string): Promise<string[]> {
  try {
    return ['--symlink', await readlink(path), path]
  } catch (error) {
    return isErrno(error, 'EINVAL') ? ['--ro-bind', path, path] : []
  }
}
