// sources: the corpus, as one list.
import { CLOCKS } from './kinds/clocks.ts'
import { CONTAINERS } from './kinds/containers.ts'
import { HELD } from './kinds/held.ts'
import { MACHINES } from './kinds/machines.ts'
import { SOUND } from './kinds/sound.ts'
import { TRANSPORT } from './kinds/transport.ts'
import type { Source } from './source.ts'

export const ALL: readonly Source[] = [...HELD, ...TRANSPORT, ...SOUND, ...CONTAINERS, ...CLOCKS, ...MACHINES]
