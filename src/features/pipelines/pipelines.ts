// pipelines: a run, told in the words of the pipelines document.
import type { z } from 'zod'
import type { Explanation, Run, RunError, RunOutput, RunStep, RunStream } from '../../runs/run.ts'
import { printFaults } from '../../web/sentences.ts'
import { underSpec } from './requests.ts'
import type * as schemas from './schemas.ts'

export type Job = z.infer<typeof schemas.job>

/** A job as `GET /api/v1/jobs/:id` answers it. */
export function toJob(run: Run): Job {
  return { ...toListedJob(run), steps: run.steps.map(toStep) }
}

/** A job as a listing shows it: everything but its steps. */
export function toListedJob(run: Run): Job {
  return {
    job_id: run.id,
    status: run.status,
    progress: { overall_percent: toPercent(run.progress), current_step: run.currentStep },
    spec: (run.request as { spec: unknown }).spec,
    priority: run.priority,
    ...(run.metadata && { metadata: { ...run.metadata } }),
    ...(run.webhookUrl !== undefined && { webhook_url: run.webhookUrl }),
    outputs: run.outputs.map(toOutput),
    ...(run.warnings.length > 0 && { warnings: run.warnings.map(underSpec) }),
    ...(run.error && { error: toError(run.error) }),
    created_at: run.createdAt.toISOString(),
    updated_at: run.updatedAt.toISOString(),
    ...times(run),
  }
}

/** What would run, as `POST /api/v1/plan` answers it. */
export function toPlan({ steps, warnings }: Explanation): z.infer<typeof schemas.plan> {
  return {
    steps: steps.map(({ command, ...step }) => ({ ...step, ...(command && { command: [...command] }) })),
    ...(warnings.length > 0 && { warnings: warnings.map(underSpec) }),
  }
}

/** One decimal, rounded down: 100 is said only of what is finished. */
function toPercent(progress: number): number {
  return Math.floor(progress * 10 + 1e-6) / 10
}

export function toError({ code, message, details = [] }: RunError): NonNullable<Job['error']> {
  if (details.length === 0) return { code, message }
  const told = details.map(underSpec)
  // Its own message has pointers into the spec; here they begin where the job has the spec, as in the details.
  const spec = code === 'spec_invalid' ? `The media does not allow this: ${printFaults(told, 'the spec')}` : message
  return { code, message: spec, details: told }
}

function toOutput({
  id,
  destination = '',
  sizeBytes,
  durationS,
  sha256,
  streams,
  cached,
}: RunOutput): Job['outputs'][number] {
  return { id, destination, size: sizeBytes, duration: durationS, sha256, streams: streams.map(toStream), cached }
}

function toStream(stream: RunStream): Job['outputs'][number]['streams'][number] {
  const { kind: type, codec } = stream
  if (type === 'audio') return { type, codec, sample_rate: stream.sampleRateHz, channels: stream.channels }
  if (type !== 'video') return { type, codec }
  return { type, codec, width: stream.widthPx, height: stream.heightPx, frame_rate: stream.frameRate }
}

function toStep(step: RunStep): NonNullable<Job['steps']>[number] {
  const { name, kind, status, attempt, failures, losses } = step
  const percent = toPercent(step.progress * 100)
  return {
    name,
    kind,
    status,
    percent,
    attempt,
    failures,
    losses,
    ...(step.error && { error: toError(step.error) }),
    ...times(step),
  }
}

function times({ startedAt, completedAt }: { startedAt?: Date; completedAt?: Date }) {
  return {
    ...(startedAt && { started_at: startedAt.toISOString() }),
    ...(completedAt && { completed_at: completedAt.toISOString() }),
  }
}
