// pcm: the kinds of uncompressed sound, and their encoders.
import type { AudioEncoder } from './codecs.ts'
import type { Precision } from './precision.ts'

export const PCM = ['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le']
export const PCM_BIG_ENDIAN = ['pcm_s8', 'pcm_s16be', 'pcm_s24be', 'pcm_s32be', 'pcm_f32be', 'pcm_f64be']
// A telephone's, and what recorders of speech make.
export const PCM_COMPANDED = ['pcm_alaw', 'pcm_mulaw']

/** One for each depth and order of bytes, the smallest first. */
export function pcmEncoders(): AudioEncoder[] {
  const order = (name: string, precision: Precision): AudioEncoder => ({
    name,
    codec: name,
    aliases: name === 'pcm_s16le' ? ['pcm', 'wav'] : [],
    maxChannels: 16,
    precision,
  })
  const wider = (['s16', 's24', 's32', 'f32', 'f64'] as const).flatMap(precision =>
    ['le', 'be'].map(end => order(`pcm_${precision}${end}`, precision)),
  )
  return [order('pcm_u8', 'u8'), ...wider]
}
