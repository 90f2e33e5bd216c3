// operations: the suite that every operation of the shelf runs; it promises what the planner relies on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Media, mediaOf } from '../../src/engine/media.ts'
import { type Operation, OperationFault } from '../../src/engine/operations/contract.ts'
import { describeOperations } from '../../src/engine/operations/index.ts'
import { PROBES, type ProbeName } from '../fixtures/probes.ts'

/** Parameters that the operation takes, and inputs that it can work on. */
export type Example = { readonly params: Readonly<Record<string, unknown>>; readonly inputs: readonly ProbeName[] }

/** Media of every kind that a source can be; an operation takes each, or refuses it with a fault of the media. */
const KINDS: Readonly<Record<string, Media>> = {
  ...Object.fromEntries(Object.entries(PROBES).map(([name, probe]) => [name, mediaOf(name, probe)])),
  nothing: {},
  unending: endless(mediaOf('mp4', PROBES.mp4)),
}

export function operationContract<Params>(operation: Operation<Params>, example: Example): void {
  const { name, params: schema, inputs: count } = operation
  const params = () => schema.parse(example.params)
  const inputs = () => example.inputs.map(kind => deepFreeze(structuredClone(mediaOf(kind, PROBES[kind]))))

  test(`${name} describes itself, its parameters included, as a client needs it`, () => {
    const described = describeOperations().find(item => item.name === name)
    assert.match(name, /^[a-z][a-z_]*$/)
    assert.match(described?.description ?? '', /^[A-Z].*\.$/)
    assert.deepEqual([described?.params['type'], described?.params['additionalProperties']], ['object', false])
    assert.deepEqual(
      Object.keys(described?.params['properties'] ?? {}).length > 0,
      Object.keys(example.params).length > 0,
    )
    assert.ok(count.min >= 1 && count.max >= count.min)
  })

  test(`${name} refuses parameters that it does not know, and values that are none`, () => {
    assert.equal(schema.safeParse({ ...example.params, unknown: 1 }).success, false)
    for (const value of [null, 'x', 5, []]) assert.equal(schema.safeParse(value).success, false)
    for (const member of Object.keys(example.params))
      for (const value of [null, {}, [], Number.NaN, true, '\0', -1e300])
        assert.equal(schema.safeParse({ ...example.params, [member]: value }).success, false, `${member}: ${value}`)
  })

  test(`${name} is pure: the same in, the same out, and nothing is changed on the way`, () => {
    const [first, second] = [apply(inputs()), apply(inputs())]
    assert.deepEqual(first, second)
    assert.ok(first.video ?? first.audio)
    assert.doesNotThrow(() => JSON.stringify(first))
  })

  test(`${name} takes media of every kind, or says in a fault what it cannot do with it`, () => {
    for (const [kind, media] of Object.entries(KINDS))
      for (let place = 0; place < count.min; place++) {
        const given = inputs().map((other, index) => (index === place ? deepFreeze(structuredClone(media)) : other))
        try {
          assertMedia(apply(given), kind)
        } catch (thrown) {
          if (!(thrown instanceof OperationFault)) throw thrown
          assert.match(thrown.at, /^\/(?:input|inputs\/\d|params\/[a-z_]+)$/)
          assert.ok(thrown.message.length > 10)
        }
      }
  })

  function apply(given: readonly Media[]): Media {
    const names = given.map((_, index) => `in${index}`)
    const room = { deep: false, alpha: false }
    return operation.apply(params(), given, { names, room, warn: message => assert.ok(message.length > 10) })
  }
}

// What an operation says of its result can be true.
function assertMedia({ video, audio }: Media, kind: string): void {
  for (const stream of [video, audio]) {
    if (!stream) continue
    assert.ok(stream.startUs >= 0 && Number.isSafeInteger(stream.startUs), kind)
    assert.ok(stream.endUs === undefined || (stream.endUs > stream.startUs && Number.isSafeInteger(stream.endUs)), kind)
  }
  if (video) {
    assert.ok(Number.isSafeInteger(video.widthPx) && Number.isSafeInteger(video.heightPx), kind)
    assert.ok(Math.min(video.widthPx, video.heightPx) >= 1 && Math.max(video.widthPx, video.heightPx) <= 16_384, kind)
    assert.equal(video.node.media, 'video')
  }
  if (audio) assert.equal(audio.node.media, 'audio')
}

function endless({ video, audio }: Media): Media {
  return {
    ...(video && { video: { ...video, endUs: undefined } }),
    ...(audio && { audio: { ...audio, endUs: undefined } }),
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
