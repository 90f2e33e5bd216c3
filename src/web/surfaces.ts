// surfaces: several doors on one listener, each with its own words for what goes wrong inside it.
import { renderFailures } from './errors.ts'
import type { Api, Door } from './server.ts'

/** What belongs to none of them (an address that nobody owns) is told in the words of the first. */
export function shareListener([first, ...others]: readonly [Door, ...Door[]]): Door {
  const doors = [first, ...others]
  return {
    dialect: first.dialect,
    dialectAt: path => (doors.find(door => door.owns?.(path)) ?? first).dialect,
    ...(first.limits && { limits: first.limits }),
    async routes(api) {
      for (const door of doors)
        await api.register(async scope => {
          renderFailures(scope, door.dialect)
          await door.routes(scope as Api)
        })
    },
  }
}
