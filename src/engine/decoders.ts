// decoders: what ffmpeg may decode a source with. What is not here is in decoders-left-out.ts, with the reason.
import type { MediaKind } from './node.ts'

const VIDEO = [
  // Cameras, telephones and the web.
  ...['h264', 'hevc', 'vvc', 'libdav1d', 'libaom-av1', 'av1', 'vp8', 'libvpx', 'vp9', 'libvpx-vp9', 'theora'],
  ...['mpeg4', 'mpeg2video', 'mpegvideo', 'mpeg1video', 'mjpeg', 'mjpegb', 'h261', 'h263', 'h263i', 'h263p'],
  ...['vp3', 'vp4', 'vp5', 'vp6', 'vp6a', 'vp6f', 'flv', 'flashsv', 'flashsv2'],
  // DivX, Windows Media, RealVideo, and what Video for Windows and old QuickTime made.
  ...['msmpeg4v1', 'msmpeg4v2', 'msmpeg4', 'wmv1', 'wmv2', 'wmv3', 'vc1', 'rv10', 'rv20', 'rv30', 'rv40'],
  ...['cinepak', 'indeo2', 'indeo3', 'indeo4', 'indeo5', 'svq1', 'svq3', 'msvideo1', 'msrle', 'aasc', 'asv1', 'asv2'],
  ...['qtrle', 'rpza', 'smc', '8bps', 'cljr'],
  // Cutting rooms.
  ...['dvvideo', 'prores', 'dnxhd', 'cfhd', 'hap', 'dirac', 'jpeg2000', 'cavs', 'media100'],
  // Lossless and raw: captures, masters, exchange between programs.
  ...['ffv1', 'huffyuv', 'ffvhuff', 'utvideo', 'fraps', 'zlib', 'mszh', 'zmbv', 'camtasia', 'tscc2', 'rawvideo'],
  ...['lagarith', 'mss1', 'mss2', 'dxv', 'sp5x'],
  ...['v210', 'v210x', 'v308', 'v408', 'v410', 'r210', 'r10k', 'y41p', 'yuv4', 'ayuv', '012v', 'avui', 'bitpacked'],
  // Pictures.
  ...['png', 'apng', 'gif', 'webp', 'bmp', 'tiff'],
]

const SOUND = [
  ...['aac', 'aac_latm', 'mp3float', 'mp3', 'mp3adufloat', 'mp3adu', 'mp3on4float', 'mp3on4'],
  ...['mp2float', 'mp2', 'mp1float', 'mp1', 'opus', 'libopus', 'vorbis', 'libvorbis', 'speex', 'libspeex'],
  ...['ac3', 'eac3', 'dca', 'truehd', 'mlp', 's302m', 'dvaudio'],
  // Lossless.
  ...['flac', 'alac', 'wavpack', 'tta', 'ape', 'tak', 'shorten', 'mpc7', 'mpc8'],
  ...['dsd_lsbf', 'dsd_lsbf_planar', 'dsd_msbf', 'dsd_msbf_planar', 'dst'],
  ...['wmav1', 'wmav2', 'wmapro', 'wmalossless', 'wmavoice'],
  // RealAudio, MiniDisc, old QuickTime, Indeo.
  ...['cook', 'real_144', 'real_288', 'sipr', 'ralf', 'atrac1', 'atrac3', 'atrac3al', 'atrac3plus', 'atrac3plusal'],
  ...['qdm2', 'qdmc', 'mace3', 'mace6', 'imc', 'iac'],
  // Telephones, dictation machines, answering machines.
  ...['amrnb', 'amrwb', 'qcelp', 'evrc', 'gsm', 'gsm_ms', 'ilbc', 'g722', 'g726', 'g726le', 'g723_1', 'g729'],
  ...['truespeech', 'nellymoser', 'dss_sp', 'msnsiren', 'siren'],
  ...['adpcm_ms', 'adpcm_ima_wav', 'adpcm_ima_qt', 'adpcm_ima_dk3', 'adpcm_ima_dk4', 'adpcm_ima_oki', 'adpcm_yamaha'],
  ...['adpcm_swf', 'adpcm_ct', 'adpcm_sbpro_2', 'adpcm_sbpro_3', 'adpcm_sbpro_4', 'adpcm_ima_ssi', 'adpcm_ima_ws'],
  ...['pcm_u8', 'pcm_s8', 'pcm_s8_planar', 'pcm_alaw', 'pcm_mulaw', 'pcm_vidc', 'pcm_bluray', 'pcm_dvd', 'pcm_s24daud'],
  ...['pcm_s16le', 'pcm_s16be', 'pcm_s16le_planar', 'pcm_s16be_planar', 'pcm_u16le', 'pcm_u16be'],
  ...['pcm_s24le', 'pcm_s24be', 'pcm_s24le_planar', 'pcm_u24le', 'pcm_u24be'],
  ...['pcm_s32le', 'pcm_s32be', 'pcm_s32le_planar', 'pcm_u32le', 'pcm_u32be', 'pcm_s64le', 'pcm_s64be'],
  ...['pcm_f16le', 'pcm_f24le', 'pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_lxf'],
]

// As they are in films; those that are files of their own are texts, which are never opened.
const SUBTITLES = [
  ...['mov_text', 'ass', 'ssa', 'srt', 'subrip', 'text', 'webvtt'],
  ...['dvdsub', 'dvbsub', 'pgssub', 'xsub', 'cc_dec', 'libzvbi_teletextdec'],
]

/** By decoder, not by codec: a codec may have several. */
export const DECODERS: readonly string[] = [...VIDEO, ...SOUND, ...SUBTITLES]

export function isDecoderOfSubtitles(name: string): boolean {
  return SUBTITLES.includes(name)
}

/** What a decoder makes of packets; undefined of one that is not here, and of subtitles. */
export function mediaOfDecoder(name: string): MediaKind | undefined {
  if (VIDEO.includes(name)) return 'video'
  return SOUND.includes(name) ? 'audio' : undefined
}
