// index: every scene; a prompt gets the first one that it has a word for.
import { bird } from './bird.ts'
import { city } from './city.ts'
import type { Scene } from './contract.ts'
import { desert } from './desert.ts'
import { flow } from './flow.ts'
import { flowers } from './flowers.ts'
import { forest } from './forest.ts'
import { lake } from './lake.ts'
import { mountains } from './mountains.ts'
import { owl } from './owl.ts'
import { robot } from './robot.ts'
import { sea } from './sea.ts'
import { space } from './space.ts'

// What a picture is of comes before where it is: an eagle over mountains is a bird.
export const scenes: readonly [Scene, ...Scene[]] = [
  owl,
  robot,
  bird,
  flowers,
  flow,
  city,
  forest,
  desert,
  lake,
  sea,
  mountains,
  space,
]
