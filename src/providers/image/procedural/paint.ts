// paint: THE STORY: words choose a scene and a mood, the scene is painted in light, and the light is developed.
import { develop } from './develop.ts'
import { type Easel, openEasel, type Sketch } from './easel.ts'
import { openChance } from './random.ts'
import type { Scene } from './scenes/contract.ts'
import { flow } from './scenes/flow.ts'
import { scenes } from './scenes/index.ts'
import { lake } from './scenes/lake.ts'
import { mountains } from './scenes/mountains.ts'
import { sea } from './scenes/sea.ts'
import { space } from './scenes/space.ts'
import { readWords } from './words.ts'

/** What says nothing in particular, and so goes with anything. */
const OPEN = [flow, flow, space, mountains, lake, sea] as const

/** Three bytes a pixel. The same sketch is always the same picture. `watch` hears of every row, and may throw to stop it. */
export function paint(sketch: Sketch, watch: () => void): Uint8Array {
  const easel = openEasel(sketch, watch)
  chooseScene(sketch.prompt).scene.paint(easel)
  return develop(easel, sketch.seed)
}

/** How many rows `paint` will tell of: the same sketch with no paint on the brush. */
export function countRows(sketch: Sketch): number {
  let total = 0
  const easel: Easel = {
    ...openEasel(sketch, () => {}),
    rows(from, to) {
      total += Math.max(0, Math.min(sketch.heightPx, Math.ceil(to)) - Math.max(0, Math.floor(from)))
    },
  }
  chooseScene(sketch.prompt).scene.paint(easel)
  // Bloom and development.
  return total + 2 * sketch.heightPx
}

/** What the words speak of; what they leave open, the same words always leave to the same scene. */
export function chooseScene(prompt: string): { readonly scene: Scene; readonly isAsked: boolean } {
  const words = readWords(prompt)
  const asked = scenes.find(({ stems }) => words.says(stems))
  return { scene: asked ?? openChance(prompt, 7).pick(OPEN), isAsked: asked !== undefined }
}
