// companion-codecs: what each container carries besides picture and sound, as tables to ask.

export type CompanionRules = {
  /** Subtitles it carries as they are. */
  readonly subtitles: readonly string[]
  /** What all other subtitles that are text become. */
  readonly text?: { readonly encoder: string; readonly codec: string; readonly styled?: true }
  readonly covers: readonly string[]
  readonly attachments: readonly string[]
  readonly chapters: boolean
}

/** Subtitles that are text; all others are pictures, or hidden in other streams. */
export const TEXT_SUBTITLES: readonly string[] = ['subrip', 'text', 'mov_text', 'webvtt', 'ass', 'ssa']
/** Those whose fonts, colours and places get lost in most others. */
export const STYLED_SUBTITLES: readonly string[] = ['ass', 'ssa']

const NOTHING: CompanionRules = { subtitles: [], covers: [], attachments: [], chapters: false }
const COVERS = ['mjpeg', 'png', 'bmp']
const MP4: CompanionRules = {
  ...NOTHING,
  subtitles: ['mov_text'],
  text: { encoder: 'mov_text', codec: 'mov_text' },
  covers: COVERS,
  chapters: true,
}

const RULES: Readonly<Record<string, CompanionRules>> = {
  mp4: MP4,
  m4v: MP4,
  // ffmpeg writes no covers into MOV, and says nothing of it.
  mov: { ...MP4, covers: [] },
  // A cover would become a second video track of Matroska.
  mkv: {
    subtitles: [
      'subrip',
      'ass',
      'ssa',
      'webvtt',
      'dvd_subtitle',
      'hdmv_pgs_subtitle',
      'dvb_subtitle',
      'hdmv_text_subtitle',
    ],
    text: { encoder: 'srt', codec: 'subrip' },
    covers: [],
    attachments: ['ttf', 'otf'],
    chapters: true,
  },
  webm: { ...NOTHING, subtitles: ['webvtt'], text: { encoder: 'webvtt', codec: 'webvtt' }, chapters: true },
  ts: { ...NOTHING, subtitles: ['dvb_subtitle', 'dvb_teletext'] },
  m4a: { ...NOTHING, covers: COVERS, chapters: true },
  mp3: { ...NOTHING, covers: COVERS, chapters: true },
  flac: { ...NOTHING, covers: COVERS },
  opus: { ...NOTHING, chapters: true },
}

/** By the name of a container. */
export function companionRules(container: string): CompanionRules {
  return RULES[container] ?? NOTHING
}
