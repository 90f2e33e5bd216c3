// listeners: the table of ports, and opening them: all, or none.
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { Logger } from 'pino'
import { type DoorServices, openPipelinesDoor, openStudioDoor } from './api.ts'
import type { Config } from './config.ts'
import { AppError } from './lib/errors.ts'
import { readProxies } from './web/address.ts'
import type { Answers } from './web/answers.ts'
import type { Buckets } from './web/buckets.ts'
import { type Patience, watchConnections } from './web/closing.ts'
import { type Api, type Door, openServer, type Surroundings } from './web/server.ts'

type ListenerName = keyof Config['ports']

/** A listener is a row: its name, which names its setting and its port in the ready line, and the door it serves. */
const LISTENERS: readonly { readonly name: ListenerName; readonly door: (app: DoorServices) => Door }[] = [
  { name: 'pipelines', door: openPipelinesDoor },
  { name: 'studio', door: openStudioDoor },
]

export type Listeners = {
  readonly ports: Readonly<Partial<Record<ListenerName, number>>>
  /** Accepts nothing new at once; resolves when whoever waited has been answered, or has waited as long as a step may go on. */
  close(): Promise<void>
}

type Served = DoorServices & { readonly log: Logger; readonly answers?: Answers; readonly buckets?: Buckets }

/** Opens every listener that has a door and is not off. Throws `config_invalid`, naming the variable, for a busy port. */
export async function openListeners(app: Served): Promise<Listeners> {
  const opened: { name: ListenerName; port: number; close(): Promise<void> }[] = []
  const origins = new Set(app.config.corsOrigins ?? USUAL_ORIGINS)
  const close = async () => void (await Promise.all(opened.map(listener => listener.close())))
  for (const { name, door } of LISTENERS) {
    const port = app.config.ports[name]
    if (port === 'off') continue
    const api = await openServer(door(app), app.log, {}, surroundings(app, name, origins))
    const patience = { lingerMs: LINGER_MS, answerMs: app.config.drainMs }
    const listening = listen(api, app.config.host, port, patience)
    opened.push({ name, ...(await listening.catch(thrown => close().then(() => refuse(thrown, name, app.config)))) })
  }
  if (!app.config.corsOrigins)
    for (const { port } of opened) for (const origin of ownOrigins(app.config, port)) origins.add(origin)
  return { ports: Object.fromEntries(opened.map(({ name, port }) => [name, port])), close }
}

// Where the pages of the motion-photos document are served while they are made.
const USUAL_ORIGINS = ['http://localhost:5173']

function ownOrigins({ host, publicUrl }: Config, port: number): string[] {
  const hosts = host === 'localhost' ? ['localhost', '127.0.0.1', '[::1]'] : [host.includes(':') ? `[${host}]` : host]
  const outside = publicUrl === undefined ? [] : [new URL(publicUrl).origin]
  return [...hosts.map(name => `http://${name}:${port}`), ...outside]
}

function surroundings(app: Served, name: string, origins: ReadonlySet<string>): Surroundings {
  const { answers, buckets } = app
  const { trustProxy, publicUrl, limits } = app.config
  return {
    name,
    ...(answers && { answers }),
    ...(buckets && { calls: { buckets, perMinute: limits.api } }),
    isProxy: readProxies(trustProxy),
    isOrigin: origin => origins.has(origin),
    ...(publicUrl !== undefined && { publicUrl }),
  }
}

async function listen(api: Api, host: string, port: number, patience: Patience) {
  const bothLoopbacks = host === 'localhost'
  const hurry = watchConnections(api.server)
  await api.listen({ host: bothLoopbacks ? '127.0.0.1' : host, port })
  const bound = (api.server.address() as AddressInfo).port
  const second = bothLoopbacks
    ? await listenBeside(api, '::1', bound).catch(thrown => api.close().then(() => Promise.reject(thrown)))
    : undefined
  return { port: bound, close: () => closeBoth(api, second, () => hurry(patience)) }
}

// Fastify asks the machine what `localhost` is, and many say only 127.0.0.1, where Node's clients may still try ::1.
// Connections of the second socket are handed to the first one's HTTP server, so that its limits hold for both.
async function listenBeside(api: Api, host: string, port: number): Promise<Server | undefined> {
  const second = createServer({ allowHalfOpen: true, noDelay: true }, socket => api.server.emit('connection', socket))
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>()
  second.once('listening', () => resolve(second))
  second.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(undefined)
    else reject(error)
  })
  second.listen({ host, port })
  return await promise
}

// How long a client that waits for nothing can hold up an orderly stop.
const LINGER_MS = 5000

async function closeBoth(api: Api, second: Server | undefined, hurry: () => () => void): Promise<void> {
  const calmDown = hurry()
  const secondClosed = new Promise<void>(resolve => (second ? second.close(() => resolve()) : resolve()))
  await Promise.all([api.close(), secondClosed])
  calmDown()
}

function refuse(thrown: NodeJS.ErrnoException, name: ListenerName, { host, ports }: Config): never {
  const variable = `KINORA_PORT_${name.toUpperCase()}`
  const reason = REASONS[thrown.code ?? '']?.(variable, ports[name], host)
  if (reason) throw new AppError('config_invalid', reason, { cause: thrown })
  throw thrown
}

const REASONS: Readonly<Record<string, (variable: string, port: number | 'off', host: string) => string>> = {
  EADDRINUSE: (variable, port) =>
    `Port ${port} is in use by another program: set ${variable} to another one, or to off`,
  EACCES: (variable, port) => `Port ${port} is not for everybody: set ${variable} to one from 1024 on`,
  EADDRNOTAVAIL: (_variable, _port, host) => `This machine has no address ${host}: set KINORA_HOST to one that it has`,
  ENOTFOUND: (_variable, _port, host) => `There is no host ${host}: set KINORA_HOST to an address of this machine`,
}
