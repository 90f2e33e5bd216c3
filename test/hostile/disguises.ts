// disguises: files that call themselves films and are instructions to read something else.

/** What the attacks are after, and where. All of it must stay unread. */
export type Bait = {
  /** Another's film, as a transport stream and as MP4, outside of every mount. */
  readonly film: string
  readonly mp4: string
  /** A text with a secret in it. */
  readonly secret: string
  /** The same film beside the upload, by its bare name. */
  readonly neighbour: string
  /** A listening port on this machine. */
  readonly port: number
  /** The attacking file's own name. */
  readonly self: string
}

export type Disguise = {
  readonly what: string
  readonly content: (bait: Bait) => string
  /** Plain ffmpeg falls for it: it reads the film. */
  readonly works?: true
}

const playlist = (...lines: readonly string[]) =>
  ['#EXTM3U', '#EXT-X-TARGETDURATION:3', ...lines, '#EXT-X-ENDLIST', ''].join('\n')
const segment = (uri: string) => playlist('#EXTINF:3,', uri)
const master = (uri: string) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n${uri}\n`
const dash = (baseUrl: string, prologue = '') =>
  `<?xml version="1.0"?>${prologue}<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT3S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000" width="64" height="64"><BaseURL>${baseUrl}</BaseURL></Representation></AdaptationSet></Period></MPD>`
const svg = (href: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64"><image xlink:href="${href}" width="64" height="64"/></svg>`
const LAUGHS = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')

/** The table: each is refused by what it begins with, whatever it is called. */
export const DISGUISES: readonly Disguise[] = [
  { what: 'HLS with a segment on the network', content: ({ port }) => segment(`http://127.0.0.1:${port}/a.ts`) },
  { what: 'HLS with a segment behind TCP', content: ({ port }) => segment(`tcp://127.0.0.1:${port}/a.ts`) },
  {
    what: 'HLS with a key on the network',
    content: ({ port, film }) =>
      playlist(`#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:${port}/k"`, '#EXTINF:3,', film),
  },
  {
    what: 'HLS with its beginning on the network',
    content: ({ port, film }) => playlist(`#EXT-X-MAP:URI="http://127.0.0.1:${port}/i.mp4"`, '#EXTINF:3,', film),
  },
  { what: 'a master playlist on the network', content: ({ port }) => master(`http://127.0.0.1:${port}/a.m3u8`) },
  { what: 'HLS with a file as its segment', content: ({ film }) => segment(`file://${film}`), works: true },
  { what: 'HLS with an absolute path', content: ({ film }) => segment(film), works: true },
  { what: 'HLS with a neighbour', content: ({ neighbour }) => segment(neighbour), works: true },
  {
    what: 'HLS with a path that climbs',
    content: ({ film }) => segment(`../../../../../../../..${film}`),
    works: true,
  },
  { what: 'HLS with a text as its segment', content: ({ secret }) => segment(`file://${secret}`) },
  { what: 'a master playlist that is a secret text', content: ({ secret }) => master(`file://${secret}`) },
  {
    what: 'HLS that joins the network and a file',
    content: ({ port, secret }) => segment(`concat:http://127.0.0.1:${port}/x?|file://${secret}`),
  },
  {
    what: 'HLS that cuts a piece out of a file',
    content: ({ secret }) => segment(`subfile,,start,0,end,64,,:${secret}`),
  },
  { what: 'HLS with its data inside', content: () => segment('data:video/mp2t;base64,R0BBEA==') },
  { what: 'HLS that decrypts a file', content: ({ film }) => segment(`crypto+file://${film}`) },
  {
    what: 'HLS that plays itself for ever',
    content: ({ self }) => `#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\n${self}\n`,
  },
  { what: 'HLS behind a byte order mark', content: ({ film }) => `\ufeff${segment(film)}` },
  { what: 'HLS after a hundred empty lines', content: ({ film }) => `${'\n'.repeat(100)}${segment(film)}` },
  { what: 'HLS filled up to look like MPEG-TS', content: ({ film }) => segment(film).padEnd(188 * 20, 'G') },
  {
    what: 'a list of a neighbour',
    content: ({ neighbour }) => `ffconcat version 1.0\nfile '${neighbour}'\n`,
    works: true,
  },
  { what: 'a list of an absolute path', content: ({ film }) => `ffconcat version 1.0\nfile '${film}'\n` },
  {
    what: 'a list of the network',
    content: ({ port }) => `ffconcat version 1.0\nfile 'http://127.0.0.1:${port}/a.ts'\n`,
  },
  {
    what: 'a list with options',
    content: ({ film }) => `ffconcat version 1.0\nfile '${film}'\noption safe 0\noption protocol_whitelist file,http\n`,
  },
  { what: 'DASH with an absolute path', content: ({ mp4 }) => dash(mp4), works: true },
  { what: 'DASH on the network', content: ({ port }) => dash(`http://127.0.0.1:${port}/a.mp4`) },
  {
    what: 'DASH with an entity that is a file',
    content: ({ secret }) => dash('&x;', `<!DOCTYPE MPD [<!ENTITY x SYSTEM "file://${secret}">]>`),
  },
  {
    what: 'DASH with an entity on the network',
    content: ({ port }) => dash('x', `<!DOCTYPE MPD [<!ENTITY % x SYSTEM "http://127.0.0.1:${port}/x.dtd"> %x;]>`),
  },
  { what: 'DASH with a billion laughs', content: () => dash('&l9;', `<!DOCTYPE MPD [<!ENTITY l0 "ha">${LAUGHS}]>`) },
  {
    what: 'a session description',
    content: ({ port }) =>
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
  },
  { what: 'SVG with a file', content: ({ secret }) => svg(`file://${secret}`) },
  { what: 'SVG with the network', content: ({ port }) => svg(`http://127.0.0.1:${port}/a.png`) },
  {
    what: 'SVG with an entity that is a file',
    content: ({ secret }) =>
      `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://${secret}">]><svg><text>&x;</text></svg>`,
  },
  { what: 'a Real media redirect', content: ({ port }) => `rtsp://127.0.0.1:${port}/a.rm\n` },
  {
    what: 'a Windows media redirect',
    content: ({ port }) => `<asx version="3.0"><entry><ref href="http://127.0.0.1:${port}/a.wmv"/></entry></asx>`,
  },
  {
    what: 'an IMF composition',
    content: ({ film }) =>
      `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>${film}</Id></CompositionPlaylist>`,
  },
  { what: 'subtitles', content: ({ film }) => `WEBVTT\n\n00:00.000 --> 00:03.000\n<img src="${film}">\n` },
  { what: 'a script of filters', content: ({ film }) => `movie=${film}[out0]\n` },
  { what: 'metadata of ffmpeg', content: ({ film }) => `;FFMETADATA1\ntitle=${film}\n` },
]
