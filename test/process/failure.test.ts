// failure: what became of a child, from exit code, signal and log to one of our errors.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Ending, failureOf } from '../../src/process/failure.ts'

const ENDED: Ending = { program: 'ffmpeg', exitCode: 1, cancelled: false, timedOut: false, overflowed: false, log: '' }

const CASES: readonly (readonly [what: string, ending: Partial<Ending>, code: string | undefined, message?: RegExp])[] =
  [
    ['a clean end', { exitCode: 0 }, undefined],
    ['a full disk that ffmpeg kept to itself', { exitCode: 0, log: 'a: No space left on device' }, 'disk_full'],
    ['SIGXFSZ', { exitCode: undefined, signal: 'SIGXFSZ' }, 'output_too_large'],
    ['SIGXFSZ told by bubblewrap', { exitCode: 153 }, 'output_too_large'],
    ['a crash told by bubblewrap', { exitCode: 139 }, 'ffmpeg_failed', /crashed \(SIGSEGV\)/],
    ['the out-of-memory killer', { exitCode: undefined, signal: 'SIGKILL' }, 'ffmpeg_failed', /too little memory/],
    ['our own kill', { exitCode: undefined, signal: 'SIGKILL', cancelled: true }, 'cancelled'],
    ['the wall clock', { exitCode: undefined, signal: 'SIGKILL', timedOut: true }, 'process_timeout'],
    [
      'a source with no frame in it',
      { log: 'Cannot determine format of input stream 0:0 after EOF\nError marking filters as finished' },
      'media_damaged',
      /not a single frame/,
    ],
    ['a source that is gone', { log: 'file:/in/0: No such file or directory\n' }, 'source_missing'],
    [
      'a source that is gone, in the words of ffmpeg 7',
      { log: '[in#0 @ 0x559a] Error opening input: No such file or directory\nError opening input file file:/in/0.\n' },
      'source_missing',
    ],
    ['no reason at all', { exitCode: 255 }, 'ffmpeg_failed', /exit code 255/],
    [
      'no setpriv',
      { exitCode: undefined, startError: 'spawn setpriv ENOENT' },
      'config_invalid',
      /setpriv.*package util-linux/,
    ],
    [
      'no ffmpeg',
      { exitCode: 127, log: 'prlimit: failed to execute ffmpeg: No such file or directory' },
      'config_invalid',
      /ffmpeg is not installed: it comes with the Debian package ffmpeg/,
    ],
    [
      'no ffprobe in the box',
      { log: 'bwrap: execvp ffprobe: No such file or directory' },
      'config_invalid',
      /package ffmpeg/,
    ],
    [
      'no bubblewrap',
      { exitCode: 127, log: 'prlimit: failed to execute bwrap: No such file or directory' },
      'config_invalid',
      /package bubblewrap/,
    ],
  ]

for (const [what, ending, code, message = /./] of CASES) {
  test(`${what} is ${code ?? 'no failure'}`, () => {
    const failure = failureOf({ ...ENDED, ...ending })
    assert.equal(failure?.code, code)
    if (failure) assert.match(failure.message, message)
  })
}
