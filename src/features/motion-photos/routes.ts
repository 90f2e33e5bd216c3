// routes: the motion-photos door of document 001: a clip is uploaded, and photos that move are made of it.
import { authenticate } from '../../web/authenticate.ts'
import { describeRoutes } from '../../web/openapi.ts'
import { readForms } from '../../web/receive.ts'
import type { Api, Door } from '../../web/server.ts'
import { cleanupRoute } from './cleanup-routes.ts'
import { convertRoute } from './convert-routes.ts'
import { dialect } from './errors.ts'
import { healthRoute } from './health-routes.ts'
import { inspectRoutes } from './inspect-routes.ts'
import { pageRoutes } from './page/routes.ts'
import { prepareRoute } from './prepare-routes.ts'
import { previewRoute } from './preview-routes.ts'
import { progressRoute } from './progress-routes.ts'
import type { MotionServices } from './services.ts'
import { thumbnailRoute } from './thumbnail-routes.ts'

export function motionPhotosDoor(services: MotionServices): Door {
  return {
    dialect,
    // An upload has as much time as its answer; headers have as little as everywhere.
    limits: { requestMs: services.patienceMs.prepare },
    async routes(api) {
      await describeRoutes(api, { ...ABOUT, version: services.version }, '/openapi/motion-photos.json')
      await pageRoutes(api)
      previewRoute(api, services)
      await api.register(async scope => {
        scope.addHook('onRequest', authenticate(services.auth, services.identify))
        await readForms(scope)
        healthRoute(scope as Api, services)
        prepareRoute(scope as Api, services)
        convertRoute(scope as Api, services)
        thumbnailRoute(scope as Api, services)
        cleanupRoute(scope as Api, services)
        progressRoute(scope as Api, services)
        inspectRoutes(scope as Api, services)
      })
    },
  }
}

const ABOUT = {
  title: 'Kinora motion photos',
  description: 'Uploads a clip, and makes photos of it that move.',
}
