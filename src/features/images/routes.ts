// routes: the images door of document 003: a prompt becomes pictures.
import { authenticate } from '../../web/authenticate.ts'
import { sendError } from '../../web/errors.ts'
import { describeRoutes } from '../../web/openapi.ts'
import type { Api, Door } from '../../web/server.ts'
import { webhookRoutes } from '../../web/webhooks/routes.ts'
import { refusals } from './answer-schemas.ts'
import { readBodies, validatorCompiler } from './bodies.ts'
import { callerRoutes } from './caller-routes.ts'
import { dialect, inDocumentForm } from './errors.ts'
import { eventRoute } from './event-routes.ts'
import { generateRoute } from './generate-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { jobRoutes } from './job-routes.ts'
import { listRoute } from './list-routes.ts'
import { downloadRoute, mediaRoutes } from './media-routes.ts'
import { modelRoute } from './model-routes.ts'
import { imagesPageRoutes } from './page/routes.ts'
import { provenanceRoutes } from './provenance-routes.ts'
import type { ImageServices } from './services.ts'

export function imagesDoor(services: ImageServices): Door {
  return {
    dialect,
    owns: path => path.startsWith('/api/v1/'),
    async routes(listener) {
      // A scope of its own: what goes wrong in it is told in the document's form.
      await listener.register(async scope => {
        const api = scope as Api
        api.setErrorHandler((thrown, request, reply) => sendError(inDocumentForm(thrown), request, reply, dialect))
        readBodies(api)
        api.setValidatorCompiler(validatorCompiler)
        await describeRoutes(api, { ...ABOUT, version: services.version }, '/openapi/images.json')
        await openRoutes(api, services)
        await api.register(async inner => guardedRoutes(inner as Api, services))
      })
    },
  }
}

const ABOUT = {
  title: 'Kinora images',
  description: 'Pictures made of words, by whichever maker is set up.',
}

async function openRoutes(api: Api, services: ImageServices): Promise<void> {
  healthRoutes(api, services)
  modelRoute(api, services)
  downloadRoute(api, services)
  provenanceRoutes(api, services)
  await callerRoutes(api, services)
  await imagesPageRoutes(api)
}

function guardedRoutes(api: Api, services: ImageServices): void {
  api.addHook('onRequest', authenticate(services.auth, services.identify))
  generateRoute(api, services)
  jobRoutes(api, services)
  listRoute(api, services)
  eventRoute(api, services)
  mediaRoutes(api, services)
  webhookRoutes(api, { ...services, refusals, called: (_id, work) => work })
}
