// google: reads Motion Photo format 1.0 by the lengths of its Container Directory, as strictly as Google's own checker.
import { countTracks, verdictOn } from './clip.ts'
import { type ByteRange, error, missing, type Problem, type Reader, type Verdict, warning } from './contract.ts'
import { type Declaration, type Item, readDeclaration } from './declaration.ts'
import { directoryProblems, paddingOf } from './google-directory.ts'
import type { Photo } from './photo.ts'
import type { Source } from './source.ts'
import { quoted, wholeNumber } from './whole-number.ts'

export const google: Reader = {
  name: 'google',

  async read(photo) {
    const declared = await readDeclared(photo)
    if (declared.found || photo.format === 'jpeg') return declared
    return (await readSamsungBox(photo, declared)) ?? declared
  },
}

// Google Photos plays the HEIC files of Samsung's cameras, whose XMP tells other lengths, or nothing at all.
async function readSamsungBox(photo: Photo & { format: 'heif' }, { timestampUs }: Verdict) {
  const box = photo.boxes.find(({ type }) => type === 'mpvd')
  if (!box || !photo.boxes.some(({ type }) => type === 'sefd')) return undefined
  const range = { offset: box.payloadOffset, length: box.offset + box.length - box.payloadOffset }
  const problems = [warning("The XMP does not lead to the video: it is found by Samsung's boxes")]
  return await verdictOn(photo, { range, problems, ...(timestampUs !== undefined && { timestampUs }) })
}

async function readDeclared(photo: Photo): Promise<Verdict> {
  if (photo.packets.length === 0) return missing('There is no XMP')
  const declaration = readDeclaration(photo.packets)
  const { camera, directory, faults } = declaration
  if (faults.length > 0 && camera.size === 0) return missing(`The XMP cannot be read: ${faults[0]}`)
  // Every value but 1 means that it is none; MicroVideo tags must be ignored.
  if (wholeNumber(camera.get('MotionPhoto')) !== 1)
    return missing(`MotionPhoto must be 1, and is ${quoted(camera.get('MotionPhoto'))}`)
  if (!directory) return missing('There is no Container:Directory')
  return await readDirectory(photo, declaration, directory)
}

async function readDirectory(photo: Photo, { camera }: Declaration, items: readonly Item[]): Promise<Verdict> {
  const problems = [...cameraProblems(camera), ...directoryProblems(items, photo.format)]
  const video = items.findLast(item => item.get('Semantic') === 'MotionPhoto')
  const length = wholeNumber(video?.get('Length'))
  if (length === undefined)
    return { found: false, problems: [...problems, error('The Directory does not say how long the video is')] }
  const timestampUs = wholeNumber(camera.get(TIMESTAMP))
  const range = { offset: photo.source.sizeBytes - length, length }
  const declared = { range, ...(timestampUs !== undefined && { timestampUs }) }
  const verdict = await verdictOn(photo, { ...declared, problems: [...problems, ...sumProblems(photo, items)] })
  const { clip } = verdict
  return clip ? { ...verdict, problems: [...verdict.problems, ...(await trackProblems(photo.source, clip))] } : verdict
}

const TIMESTAMP = 'MotionPhotoPresentationTimestampUs'

function cameraProblems(camera: ReadonlyMap<string, string>): Problem[] {
  const version = camera.get('MotionPhotoVersion')
  const told = camera.get(TIMESTAMP)
  const timestampUs = wholeNumber(told)
  return [
    ...(wholeNumber(version) === 1 ? [] : [error(`MotionPhotoVersion must be 1, and is ${quoted(version)}`)]),
    ...(told === undefined ? [warning(`${TIMESTAMP} is missing: the frame in the middle is taken for the still`)] : []),
    ...(told !== undefined && timestampUs === undefined ? [error(`${TIMESTAMP} is no number: ${quoted(told)}`)] : []),
    ...(timestampUs !== undefined && timestampUs < 0 ? [error(`${TIMESTAMP} is negative`)] : []),
  ]
}

// The items are tightly packed, in this order, and nothing follows them.
function sumProblems({ pictureEnd, source }: Photo, items: readonly Item[]): Problem[] {
  if (pictureEnd === undefined) return [warning('The picture has no end, so that the lengths cannot be checked')]
  const lengths = items.slice(1).map(item => wholeNumber(item.get('Length')) ?? 0)
  const sum = lengths.reduce((total, length) => total + length, pictureEnd + paddingOf(items))
  if (sum === source.sizeBytes) return []
  return [error(`The picture, its padding and the items make ${sum} bytes, but the file has ${source.sizeBytes}`)]
}

async function trackProblems(source: Source, clip: ByteRange): Promise<Problem[]> {
  const { vide, soun, meta } = await countTracks(source, clip)
  return [
    ...(vide > 2 ? [warning(`The video has ${vide} tracks of pictures; two are allowed`)] : []),
    ...(soun > 1 ? [warning(`The video has ${soun} tracks of sound; one is allowed`)] : []),
    ...(meta > 1 ? [warning(`The video has ${meta} tracks of metadata; one is allowed`)] : []),
  ]
}
