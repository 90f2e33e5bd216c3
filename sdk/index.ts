// index: what the client offers to the programs that use it: browsers as they are, and Node from version 20 on.
export { createBackendFFmpegClient } from './client.ts'
export type { ClientOptions } from './connection.ts'
export type {
  BackendFFmpegClient,
  CallOptions,
  ConvertedFile,
  ConvertRequest,
  PreparedSource,
  ThumbnailRequest,
} from './contract.ts'
export type { BackendErrorCode } from './errors.ts'
export { BackendError } from './errors.ts'
export type { PhotoInspection, PhotoProblem, ReaderName, ReaderVerdict } from './inspection.ts'
export type { MotionPhotoParts } from './motion-photo.ts'
export { splitMotionPhoto } from './motion-photo.ts'
export type { BackendProgress, ProgressPhase } from './progress.ts'
export type { Source, StreamSource } from './source.ts'
