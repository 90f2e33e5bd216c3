// decoding-errors: complaints of decoders are told, and of nobody else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodingErrors, withoutMissedFrames, withoutSubtitles } from '../../src/ffmpeg/decoding-errors.ts'

test('what decoders of either version say is counted for pictures and for sound, and the first of it told', () => {
  const log = [
    '[h264 @ 0x55d0c0] no frame!',
    '[dec:aac @ 0x55d0c1] Error submitting packet to decoder: Invalid data found when processing input',
    '[dec:h264 @ 0x55d0c0] mmco: unref short failure',
    'Error while decoding stream #0:0: Invalid data found when processing input',
  ].join('\n')
  assert.deepEqual(decodingErrors(log), {
    video: 'the picture of its sources could not be decoded without errors: 2 were told, the first of them "no frame!"',
    audio:
      'the sound of its sources could not be decoded without errors: 1 were told, the first of them "Error submitting packet to decoder: Invalid data found when processing input"',
  })
})

test('what encoders and muxers say is none of the source', () => {
  const log = 'x265 [error]: Failed to genrate CPU mask\n[libx264 @ 0x1] width not divisible by 2\n[mp4 @ 0x2] late\n'
  assert.deepEqual(decodingErrors(log), {})
  assert.deepEqual(decodingErrors(''), {})
})

test('what is said of subtitles is no complaint about the picture or the sound', () => {
  const said = '[dvbsub @ 0x1] Junk in packet\n    Last message repeated 1 times\n[NULL @ 0x2] Junk in packet'
  assert.equal(withoutSubtitles(said), '')
  assert.equal(withoutSubtitles(`${said}\n[h264 @ 0x3] no frame!`), '[h264 @ 0x3] no frame!')
})

test('a decoder that begins within a stream may miss frames of before, and of other faults is told', () => {
  const damaged = '[dec:h264 @ 0x2] error while decoding MB 3 4, bytestream -7'
  const missed = ['[h264 @ 0x1] mmco: unref short failure', '[hevc @ 0x3] Could not find ref with POC 12']
  assert.equal(withoutMissedFrames([...missed, damaged].join('\n')), damaged)
})
