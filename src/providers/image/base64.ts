// base64: bytes that came in JSON, with or without the `data:image/png;base64,` that some put in front.

export function fromBase64(written: string): Buffer {
  return Buffer.from(written.replace(/^data:[^,]*,/, ''), 'base64')
}
