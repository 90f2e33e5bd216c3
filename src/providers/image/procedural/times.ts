// times: the colours of the hours: sky from its height to the horizon, light, air, and what stands in shadow.

export type TimeName = 'dawn' | 'day' | 'golden' | 'sunset' | 'dusk' | 'night' | 'storm'

export type Time = {
  readonly sky: readonly string[]
  /** Of the sun or the moon. */
  readonly sun: string
  /** What it falls on. */
  readonly lit: string
  /** What far things fade into. */
  readonly air: string
  /** What is near and in shadow. */
  readonly near: string
  /** How high the sun stands over the horizon, 0 to 1. */
  readonly height: readonly [low: number, high: number]
  readonly stars: number
}

export const TIMES: Record<TimeName, Time> = {
  dawn: {
    sky: ['#32497f', '#7388b8', '#c7a3bd', '#f3bfa9', '#ffe3b8'],
    sun: '#fff0cf',
    lit: '#f6b79b',
    air: '#e6b9b4',
    near: '#232a45',
    height: [0.08, 0.2],
    stars: 0.04,
  },
  day: {
    sky: ['#1d5aa6', '#3f83c6', '#79b2e0', '#b4d8ec', '#e6f3f4'],
    sun: '#fffbe9',
    lit: '#dfd9bd',
    air: '#b5d3e4',
    near: '#16323d',
    height: [0.55, 0.85],
    stars: 0,
  },
  golden: {
    sky: ['#41699a', '#8aa0b0', '#e0b67c', '#fbcf7d', '#fff0bf'],
    sun: '#fff0c0',
    lit: '#f5bd6a',
    air: '#efc88f',
    near: '#33261f',
    height: [0.16, 0.34],
    stars: 0,
  },
  sunset: {
    sky: ['#1f1b57', '#5a2a7c', '#b8356f', '#f2643f', '#ffb347', '#ffe08a'],
    sun: '#fff1b8',
    lit: '#ff8a4c',
    air: '#e2617a',
    near: '#160f2b',
    height: [0.04, 0.16],
    stars: 0.06,
  },
  dusk: {
    sky: ['#0b1030', '#232558', '#513d7e', '#a0578c', '#f0a08a'],
    sun: '#ffd9b0',
    lit: '#b06f96',
    air: '#6f4f86',
    near: '#0a0b1e',
    height: [-0.06, 0.02],
    stars: 0.45,
  },
  night: {
    sky: ['#03061a', '#08133a', '#0f2a5c', '#1f4a7d', '#4a7d9e'],
    sun: '#eef4ff',
    lit: '#7fa3c8',
    air: '#2b5578',
    near: '#030814',
    height: [0.45, 0.8],
    stars: 1,
  },
  storm: {
    sky: ['#141b26', '#27323f', '#445160', '#6d7a80', '#a9aea1'],
    sun: '#d8dccf',
    lit: '#8b9690',
    air: '#76848a',
    near: '#0c1418',
    height: [0.3, 0.5],
    stars: 0,
  },
}
