// fsck-command: what can be asked about the order of the house, in the process that owns the data.
import { z } from 'zod'
import { lostPictures } from '../features/images/lost-pictures.ts'
import type { UpkeepMeans } from '../runs/upkeep/contract.ts'
import { fsck } from '../runs/upkeep/fsck.ts'
import { command } from './owner-commands.ts'
import type { OwnerCommands } from './owner-socket.ts'

/** `open` is called when somebody asks. */
export function upkeepCommands(open: () => UpkeepMeans | Promise<UpkeepMeans>): OwnerCommands {
  const options = z.strictObject({ mend: z.boolean().default(false), deep: z.boolean().default(false) })
  const checks = [lostPictures]
  return { fsck: command(options, async asked => await fsck(await open(), { ...asked, checks })) }
}
