// convert: the parameters of a conversion as the form that the service reads.
import type { ConvertRequest } from './contract.ts'

/** A plain form, or a multipart one when a picture comes with it. */
export function convertBody(request: ConvertRequest): URLSearchParams | FormData {
  const fields = Object.entries(fieldsOf(request)).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  if (!request.cover) return new URLSearchParams(fields)
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  form.append('cover', request.cover, 'cover')
  return form
}

function fieldsOf(request: ConvertRequest): Readonly<Record<string, string | number | boolean | undefined>> {
  return {
    session_id: request.sessionId,
    range_start: request.rangeStart,
    range_end: request.rangeEnd,
    cover_time: request.coverTime,
    speed: request.speed,
    layout: request.layout,
    format: request.format,
    mute: request.mute,
    max_size: request.maxSize,
  }
}
