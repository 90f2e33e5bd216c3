// decoders-left-out: what ffmpeg may not decode a source with, and why. Each decoder is code that reads what strangers wrote.

/** A decoder that is neither here nor in decoders.ts is not used either, until somebody has looked at it. */
export const LEFT_OUT: readonly { readonly they: string; readonly decoders: readonly string[] }[] = [
  {
    they: 'open a device of this machine, or load the driver of one',
    decoders: [
      ...['av1_cuvid', 'av1_qsv', 'h263_v4l2m2m', 'h264_cuvid', 'h264_qsv', 'h264_v4l2m2m', 'hevc_cuvid'],
      ...['hevc_qsv', 'hevc_v4l2m2m', 'mjpeg_cuvid', 'mjpeg_qsv', 'mpeg1_cuvid', 'mpeg1_v4l2m2m', 'mpeg2_cuvid'],
      ...['mpeg2_qsv', 'mpeg2_v4l2m2m', 'mpeg4_cuvid', 'mpeg4_v4l2m2m', 'vc1_cuvid', 'vc1_qsv', 'vc1_v4l2m2m'],
      ...['vp8_cuvid', 'vp8_qsv', 'vp8_v4l2m2m', 'vp9_cuvid', 'vp9_qsv', 'vp9_v4l2m2m', 'vvc_qsv'],
    ],
  },
  {
    they: 'had dangerous holes, and hardly anybody has files for them',
    decoders: [
      ...['dds', 'exr', 'g2m', 'jpegls', 'magicyuv', 'photocd', 'pictor', 'psd', 'rasc', 'scpr', 'screenpresso'],
      ...['tdsc', 'tiertexseqvideo', 'vmnc', 'xwd'],
    ],
  },
  {
    they: 'are libraries with holes of their own, and ffmpeg decodes the same, or hardly anybody has files for them',
    decoders: [...['libcodec2', 'libgsm', 'libgsm_ms', 'libjxl', 'libopenjpeg', 'librsvg']],
  },
  {
    they: 'read texts or make pictures out of characters',
    decoders: [
      ...['ansi', 'bintext', 'cdgraphics', 'idf', 'jacosub', 'microdvd', 'mpl2', 'pjs', 'realtext', 'sami', 'stl'],
      ...['subviewer', 'subviewer1', 'tmv', 'vplayer', 'xbin', 'xface'],
    ],
  },
  {
    they: 'decode nothing: they make something up, or pass memory on',
    decoders: [...['anull', 'comfortnoise', 'vnull', 'wavesynth', 'wrapped_avframe']],
  },
  {
    they: 'do what another decoder does better',
    decoders: [...['aac_fixed', 'ac3_fixed']],
  },
  {
    they: 'are for kinds of pictures that are not opened',
    decoders: [
      ...['alias_pix', 'brender_pix', 'cri', 'dpx', 'fits', 'gem', 'hdr', 'iff', 'pam', 'pbm', 'pcx', 'pfm'],
      ...['pgm', 'pgmyuv', 'pgx', 'phm', 'ppm', 'ptx', 'qdraw', 'qoi', 'sgi', 'sgirle', 'sunrast', 'targa'],
      ...['targa_y216', 'txd', 'vbn', 'vc1image', 'wbmp', 'wmv3image', 'xbm', 'xl', 'xpm'],
    ],
  },
  {
    they: 'are for the films of games and toys',
    decoders: [
      ...['4xm', '8svx_exp', '8svx_fib', 'acelp.kelvin', 'adpcm_4xm', 'adpcm_adx', 'adpcm_afc', 'adpcm_agm'],
      ...['adpcm_aica', 'adpcm_argo', 'adpcm_dtk', 'adpcm_ea', 'adpcm_ea_maxis_xa', 'adpcm_ea_r1', 'adpcm_ea_r2'],
      ...['adpcm_ea_r3', 'adpcm_ea_xas', 'adpcm_ima_acorn', 'adpcm_ima_alp', 'adpcm_ima_amv', 'adpcm_ima_apc'],
      ...['adpcm_ima_apm', 'adpcm_ima_cunning', 'adpcm_ima_dat4', 'adpcm_ima_ea_eacs', 'adpcm_ima_ea_sead'],
      ...['adpcm_ima_iss', 'adpcm_ima_moflex', 'adpcm_ima_mtf', 'adpcm_ima_rad', 'adpcm_ima_smjpeg', 'adpcm_mtaf'],
      ...['adpcm_psx', 'adpcm_thp', 'adpcm_thp_le', 'adpcm_vima', 'adpcm_xa', 'adpcm_xmd', 'adpcm_zork', 'amv'],
      ...['anm', 'argo', 'atrac9', 'avs', 'bethsoftvid', 'bfi', 'binkaudio_dct', 'binkaudio_rdft', 'binkvideo'],
      ...['bmv_audio', 'bmv_video', 'c93', 'cbd2_dpcm', 'cdtoons', 'cdxl', 'cyuv', 'derf_dpcm', 'dfa'],
      ...['dsicinaudio', 'dsicinvideo', 'dxa', 'eacmv', 'eamad', 'eatgq', 'eatgv', 'eatqi', 'escape124'],
      ...['escape130', 'fastaudio', 'flic', 'frwu', 'gdv', 'gremlin_dpcm', 'hca', 'hcom', 'hnm4video'],
      ...['idcinvideo', 'interplay_dpcm', 'interplayacm', 'interplayvideo', 'ipu', 'jv', 'kmvc', 'mdec', 'mimic'],
      ...['mmvideo', 'mobiclip', 'motionpixels', 'msa1', 'msp2', 'mv30', 'mvc1', 'mvc2', 'nuv', 'on2avc'],
      ...['paf_audio', 'paf_video', 'pcm_sga', 'rl2', 'roq_dpcm', 'roqvideo', 'rtv1', 'sanm', 'sdx2_dpcm', 'sga'],
      ...['smackaud', 'smackvid', 'sol_dpcm', 'thp', 'truemotion1', 'truemotion2', 'truemotion2rt', 'vb'],
      ...['vmdaudio', 'vmdvideo', 'vp7', 'vqavideo', 'vqc', 'wady_dpcm', 'ws_snd1', 'xan_dpcm', 'xan_wc3'],
      ...['xan_wc4', 'xma1', 'xma2', 'yop'],
    ],
  },
  {
    they: 'are so rare that a file for them is more likely an attack than a film',
    decoders: [
      ...['agm', 'aic', 'als', 'apac', 'aptx', 'aptx_hd', 'arbc', 'aura', 'aura2', 'avrn', 'avrp', 'bonk'],
      ...['camstudio', 'clearvideo', 'cllc', 'cpia', 'dfpwm', 'dolby_e', 'dxtory', 'fic', 'fmvc', 'ftr', 'hq_hqa'],
      ...['hqx', 'hymt', 'imm4', 'imm5', 'kgv1', 'lead', 'loco', 'lscr', 'm101', 'metasound', 'misc4', 'mscc'],
      ...['mts2', 'mvdv', 'mvha', 'mwsc', 'mxpeg', 'notchlc', 'osq', 'pdv', 'pixlet', 'prosumer', 'qoa', 'qpeg'],
      ...['rka', 'rscc', 'sbc', 'sheervideo', 'simbiosis_imx', 'smvjpeg', 'snow', 'sonic', 'speedhq', 'srgc'],
      ...['twinvq', 'ultimotion', 'vble', 'vcr1', 'vmix', 'wavarc', 'wcmv', 'wnv1', 'ylc', 'zerocodec'],
    ],
  },
]

/** Why a decoder is not used, in words that follow its name; undefined when nobody has said. */
export function reasonLeftOut(decoder: string): string | undefined {
  const group = LEFT_OUT.find(({ decoders }) => decoders.includes(decoder))
  return group && `decoders of its kind ${group.they}`
}
