// content-type: what browsers are to take an object for, by the ending of its name.

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    mp4: 'video/mp4',
    m4v: 'video/mp4',
    mov: 'video/quicktime',
    webm: 'video/webm',
    mkv: 'video/x-matroska',
    ts: 'video/mp2t',
    m4s: 'video/iso.segment',
    avi: 'video/x-msvideo',
    m4a: 'audio/mp4',
    aac: 'audio/aac',
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    flac: 'audio/flac',
    ogg: 'audio/ogg',
    opus: 'audio/ogg',
    gif: 'image/gif',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    webp: 'image/webp',
    m3u8: 'application/vnd.apple.mpegurl',
    mpd: 'application/dash+xml',
    vtt: 'text/vtt',
    srt: 'application/x-subrip',
    json: 'application/json',
    txt: 'text/plain; charset=utf-8',
  }),
)

export function contentTypeOf(name: string): string {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase()
  return TYPES.get(ending ?? '') ?? 'application/octet-stream'
}
