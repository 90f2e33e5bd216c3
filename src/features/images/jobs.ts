// jobs: a run, told in the words of document 003.
import { z } from 'zod'
import type { Fault } from '../../lib/errors.ts'
import type { ImageFormat } from '../../providers/image/contract.ts'
import type { Run } from '../../runs/run.ts'
import type * as schemas from './schemas.ts'
import type { Media } from './store.ts'
import { RETRIES } from './work.ts'

/** What a run of this door was asked for: shown again, but for `baseUrl`, which was how its caller reaches us. */
const asked = z.object({
  prompt: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  private: z.boolean(),
  model: z.string(),
  provider: z.string(),
  seed: z.int(),
  baseUrl: z.string(),
})
export type Asked = z.infer<typeof asked>

export function askedOf({ request }: Pick<Run, 'request'>): Asked {
  return asked.parse(request)
}

export function toCreated(run: Run, estimateMs: number): z.infer<typeof schemas.created> {
  return {
    id: run.id,
    status: run.status,
    created_at: run.createdAt.toISOString(),
    status_url: `/api/v1/jobs/status/${run.id}`,
    estimated_completion_time: Math.max(1, Math.ceil(estimateMs / 1000)),
    ...warningsOf(run.warnings),
  }
}

export function toJob(run: Run, media: readonly Media[], baseUrl: string): z.infer<typeof schemas.job> {
  const { prompt, parameters, model, provider, seed, private: isPrivate } = askedOf(run)
  const { id, status, startedAt, completedAt } = run
  return {
    ...{ id, status, prompt, parameters },
    created_at: run.createdAt.toISOString(),
    updated_at: run.updatedAt.toISOString(),
    started_at: startedAt?.toISOString() ?? null,
    completed_at: completedAt?.toISOString() ?? null,
    duration_seconds: startedAt && completedAt ? (completedAt.getTime() - startedAt.getTime()) / 1000 : null,
    retry_count: retriesOf(run),
    error_message: run.error?.message ?? null,
    media: status === 'completed' ? media.map(each => toMedia(each, baseUrl)) : null,
    // 100 is said only of what is finished.
    progress: Math.floor(run.progress * 10 + 1e-6) / 10,
    ...{ model, provider, seed },
    ...(isPrivate && { private: true }),
    ...(run.metadata && { metadata: { ...run.metadata } }),
    ...(run.webhookUrl !== undefined && { webhook_url: run.webhookUrl }),
    ...warningsOf(run.warnings),
  }
}

export function toListedJob(run: Run, media: readonly Media[]): z.infer<typeof schemas.listedJob> {
  return {
    id: run.id,
    status: run.status,
    prompt: askedOf(run).prompt,
    created_at: run.createdAt.toISOString(),
    completed_at: run.completedAt?.toISOString() ?? null,
    media: run.status === 'completed' ? media.map(toListedMedia) : null,
  }
}

/** Whoever has it may see the picture: the id is a secret. */
export function mediaUrl(baseUrl: string, id: string): string {
  return `${baseUrl}${mediaPath(id)}`
}

export function mimeTypeOf(format: ImageFormat): string {
  return `image/${format === 'jpg' ? 'jpeg' : format}`
}

/** How often it was tried again: an attempt that fails for good is followed by none. */
export function retriesOf({ status, steps, error }: Pick<Run, 'status' | 'steps' | 'error'>): number {
  const failures = Math.max(0, ...steps.map(step => step.failures))
  const isLast = status === 'failed' && !NO_FAILURE.includes(error?.code ?? '')
  return Math.min(RETRIES, Math.max(0, isLast ? failures - 1 : failures))
}

// What could not be worked on at all has not failed at its work.
const NO_FAILURE = ['unavailable', 'worker_lost']

function toMedia(media: Media, baseUrl: string) {
  const { id, runId, output, format, sizeBytes, widthPx, heightPx, notes } = media
  return {
    id,
    url: mediaUrl(baseUrl, id),
    type: 'image' as const,
    mime_type: mimeTypeOf(format),
    file_size_bytes: sizeBytes,
    width: widthPx,
    height: heightPx,
    seed: notes.seed,
    source: `run://${runId}/${output}`,
  }
}

// With its size, so that a page has its place before it is there.
function toListedMedia({ id, widthPx, heightPx }: Media) {
  return { id, url: mediaPath(id), type: 'image' as const, width: widthPx, height: heightPx }
}

function mediaPath(id: string): string {
  return `/api/v1/media/${id}`
}

function warningsOf(warnings: readonly Fault[]) {
  if (warnings.length === 0) return {}
  const told = warnings.map(({ pointer, message: msg }) => ({ loc: ['body', ...stepsOf(pointer)], msg }))
  return { warnings: told }
}

// RFC 6901.
function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
