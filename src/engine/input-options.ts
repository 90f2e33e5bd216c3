// input-options: what stands before every `-i`, for ffmpeg and ffprobe alike, because sources are untrusted.

/**
 * Pins the demuxer that our own sniffing chose, so that a playlist in disguise cannot open its neighbours, and allows
 * nothing but files, the decoders below, and pictures and stream counts of a sane size.
 */
export function inputOptions(demuxer: string): string[] {
  return [
    ...['-protocol_whitelist', 'file', '-f', demuxer, '-codec_whitelist', DECODERS.join(',')],
    // 16384×8192. A picture of 1 MB can otherwise take more than 1 GB of memory.
    ...['-max_pixels', `${2 ** 27}`, '-max_streams', '64'],
    // A little more than the largest of these pictures takes with four times 16 bits a pixel.
    ...['-max_alloc', '1200000000'],
  ]
}

// By decoder, not by codec: a codec may have several, and the rare ones are where the holes are.
const DECODERS = [
  ...['h264', 'hevc', 'vp8', 'libvpx', 'vp9', 'libvpx-vp9', 'libdav1d', 'libaom-av1', 'av1', 'theora'],
  ...['mpeg4', 'mpeg2video', 'mpeg1video', 'h263', 'flv', 'prores', 'dnxhd', 'ffv1', 'rawvideo'],
  ...['mjpeg', 'png', 'apng', 'webp', 'gif'],
  ...[
    'aac',
    'aac_latm',
    'mp3float',
    'mp3',
    'mp2float',
    'mp2',
    'opus',
    'libopus',
    'vorbis',
    'libvorbis',
    'flac',
    'alac',
  ],
  ...['ac3', 'eac3', 'dca', 'amrnb', 'amrwb', 'pcm_u8', 'pcm_s8', 'pcm_alaw', 'pcm_mulaw'],
  ...['pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be'],
  ...['pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_bluray', 'pcm_dvd'],
  // We use no subtitles, but ffprobe gives up on a file when it may not open one of its streams.
  ...['mov_text', 'ass', 'ssa', 'srt', 'subrip', 'text', 'webvtt', 'dvdsub', 'dvbsub', 'pgssub', 'cc_dec'],
  'libzvbi_teletextdec',
]
