// metrics: numbers about this process and the whole installation, in the text format of Prometheus.
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, type Metric, type Registry } from 'prom-client'
import { MEASURES, type Measure } from '../runs/measures.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** From now on every answer of this server is measured; call it before the routes are there. */
  watch(api: FastifyInstance): void
}

type Means = {
  readonly registry: Registry
  /** What the database says; asked at most every few seconds. */
  readonly read: () => Promise<readonly Measure[]>
  readonly version: string
  readonly sandbox: string
}

/** One for each process, over a registry of its own. Labels have few values: no ids, and no paths as they were sent. */
export function openMetrics({ registry, read, version, sandbox }: Means): Metrics {
  collectDefaultMetrics({ register: registry })
  gauge(registry, 'kinora_build_info', 'What runs here.', { version, node: process.version })
  gauge(registry, 'kinora_sandbox_level', 'How media tools are confined on this machine.', { level: sandbox })
  registerMeasures(registry, patiently(read, READ_AGAIN_MS))
  const requests = new Histogram({
    name: 'kinora_http_request_seconds',
    help: 'How long requests took, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    watch(api) {
      api.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
        // What has no route has any address that somebody makes up.
        const route = routeOptions.url ?? 'none'
        requests.observe({ method, route, status: String(statusCode) }, elapsedTime / 1000)
      })
    },
  }
}

const READ_AGAIN_MS = 5000

function gauge(registry: Registry, name: string, help: string, labels: Record<string, string>): void {
  new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] }).set(labels, 1)
}

type Reading = { readonly up: number; readonly measures: readonly Measure[] }

// Numbers of the process are worth having also when the database cannot be asked.
function patiently(read: Means['read'], everyMs: number): () => Promise<Reading> {
  let last: { readonly atMs: number; readonly reading: Promise<Reading> } | undefined
  return () => {
    if (last && performance.now() - last.atMs < everyMs) return last.reading
    const reading = read().then(
      measures => ({ up: 1, measures }),
      () => ({ up: 0, measures: [] }),
    )
    last = { atMs: performance.now(), reading }
    return reading
  }
}

function registerMeasures(registry: Registry, read: () => Promise<Reading>): void {
  const register = (name: string, help: string, type: string, valuesOf: (reading: Reading) => object[]) => {
    const get = async () => ({ name, help, type, aggregator: 'sum', values: valuesOf(await read()) })
    // A metric is what answers `get`; the library's own cannot be given totals that were counted elsewhere.
    registry.registerMetric({ name, help, type, get } as unknown as Metric)
  }
  register('kinora_database_up', 'Whether the database answers.', 'gauge', ({ up }) => [{ labels: {}, value: up }])
  for (const [name, { type, help }] of Object.entries(MEASURES))
    register(name, help, type, ({ measures }) =>
      measures
        .filter(measure => measure.name === name || (type === 'histogram' && measure.name.startsWith(`${name}_`)))
        .map(measure => ({ metricName: measure.name, labels: measure.labels, value: measure.value })),
    )
}
