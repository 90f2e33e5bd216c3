// demo-jobs: the jobs that the demo submits, in the words of the pipelines document.

export type DemoJob = { readonly title: string; readonly spec: object }

/** Of a clip that lies in /uploads: a cut, a cut with three renditions, and its sound. */
export function demoJobs(source: string, start: string, duration: string): readonly DemoJob[] {
  const inputs = [{ id: 'clip', source }]
  const trim = { op: 'trim', input: 'clip', output: 'cut', params: { start, duration } }
  const mp3 = { audio: { codec: 'libmp3lame', bitrate: '192k' } }
  return [
    {
      title: 'Cut a part out of it',
      spec: { inputs, operations: [trim], outputs: [{ id: 'cut', destination: 'demo/cut.mp4' }] },
    },
    ladder(inputs, trim),
    {
      title: 'Take its sound',
      spec: { inputs, operations: [], outputs: [{ id: 'clip', destination: 'demo/sound.mp3', codec: mp3 }] },
    },
  ]
}

function ladder(inputs: readonly object[], trim: object): DemoJob {
  const heights = [720, 480, 360]
  const scales = heights.map(height => ({ op: 'scale', input: 'cut', output: `${height}p`, params: { height } }))
  const outputs = heights.map(height => ({ id: `${height}p`, destination: `demo/cut-${height}p.mp4` }))
  return { title: 'Cut it and scale it to three renditions', spec: { inputs, operations: [trim, ...scales], outputs } }
}
