// answers: what the service says, as far as the page reads it.

export type Size = { readonly width: number; readonly height: number }
export type Range = { readonly min: number; readonly max: number; readonly default?: number }
export type Status = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'

export type Model = {
  readonly name: string
  readonly about: string
  readonly provider: string
  readonly kind: 'trained' | 'algorithmic'
  readonly sizes:
    | { readonly kind: 'free'; readonly min: number; readonly max: number; readonly multiple_of: number; default: Size }
    | { readonly kind: 'shapes'; readonly shapes: readonly Size[] }
    | { readonly kind: 'list'; readonly sizes: readonly Size[] }
  readonly max_outputs: number
  readonly num_inference_steps?: Range
  readonly guidance_scale?: Range
  readonly negative_prompt: boolean
  readonly seed: boolean
  readonly expected_seconds: number
}

export type Models = { readonly models: readonly Model[]; readonly default: string }

/** Numbers and texts under the names that the service has for them. */
export type Parameters = Readonly<Record<string, unknown>>

export type Order = { readonly prompt: string; readonly parameters: Parameters; readonly private?: true }

export type Warning = { readonly loc: readonly string[]; readonly msg: string }

export type Created = {
  readonly id: string
  readonly created_at: string
  readonly estimated_completion_time: number
  readonly warnings?: readonly Warning[]
}

export type Media = Size & {
  readonly id: string
  readonly mime_type?: string
  readonly file_size_bytes?: number
  readonly seed?: number
}

export type Job = {
  readonly id: string
  readonly status: Status
  readonly prompt: string
  readonly parameters: Parameters
  readonly progress: number
  readonly error_message: string | null
  readonly created_at: string
  readonly duration_seconds: number | null
  readonly media: readonly Media[] | null
  readonly model: string
  readonly provider: string
  readonly seed: number
  readonly private?: boolean
  readonly warnings?: readonly Warning[]
}

export type ListedJob = Pick<Job, 'id' | 'status' | 'prompt' | 'created_at' | 'media'>

export type JobPage = { readonly jobs: readonly ListedJob[]; readonly total: number; readonly has_next: boolean }

/** What is told of a job while it is made. */
export type JobNews = { readonly status: Status; readonly progress: number; readonly error_message?: string | null }
