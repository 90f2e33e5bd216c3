// microvideo: reads the older MicroVideo format (v1b): one number counts the video's bytes from the end of the file.
import { verdictOn } from './clip.ts'
import { error, missing, type Problem, type Reader, warning } from './contract.ts'
import { readDeclaration } from './declaration.ts'
import { quoted, wholeNumber } from './whole-number.ts'

const TIMESTAMP = 'MicroVideoPresentationTimestampUs'

export const microvideo: Reader = {
  name: 'microvideo',

  async read(photo) {
    if (photo.packets.length === 0) return missing('There is no XMP')
    const { camera, faults } = readDeclaration(photo.packets)
    if (faults.length > 0 && camera.size === 0) return missing(`The XMP cannot be read: ${faults[0]}`)
    const flag = camera.get('MicroVideo')
    if (wholeNumber(flag) !== 1) return missing(`MicroVideo must be 1, and is ${quoted(flag)}`)
    const length = wholeNumber(camera.get('MicroVideoOffset'))
    if (length === undefined)
      return missing(`MicroVideoOffset must be a number, and is ${quoted(camera.get('MicroVideoOffset'))}`)
    const range = { offset: photo.source.sizeBytes - length, length }
    const timestampUs = wholeNumber(camera.get(TIMESTAMP))
    const problems = problemsOf(camera)
    return await verdictOn(photo, { range, ...(timestampUs !== undefined && { timestampUs }), problems })
  },
}

function problemsOf(camera: ReadonlyMap<string, string>): Problem[] {
  const [version, told] = [camera.get('MicroVideoVersion'), camera.get(TIMESTAMP)]
  return [
    ...(wholeNumber(version) === 1 ? [] : [warning(`MicroVideoVersion should be 1, and is ${quoted(version)}`)]),
    ...(told === undefined ? [warning(`${TIMESTAMP} is missing`)] : []),
    ...(told !== undefined && wholeNumber(told) === undefined
      ? [error(`${TIMESTAMP} is no number: ${quoted(told)}`)]
      : []),
  ]
}
