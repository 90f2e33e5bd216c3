// door.test: what the API of document 001 promises over HTTP, on either engine, over one house for each.
import { forEachHouse } from '../../../fixtures/house.ts'
import { callers } from './callers.ts'
import { errors } from './errors.ts'
import { progress, progressElsewhere } from './progress.ts'
import { sessions } from './sessions.ts'

forEachHouse(
  house => {
    for (const part of [sessions, progress, errors, callers]) part(house)
  },
  ['pglite'],
)

forEachHouse(
  house => {
    for (const part of [sessions, progress, progressElsewhere]) part(house)
  },
  ['postgres'],
)
