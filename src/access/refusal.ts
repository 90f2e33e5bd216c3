// refusal: why a caller is turned away, in the sentences that the pipelines document gives.
import { AppError } from '../lib/errors.ts'

const SENTENCES = {
  none: ['unauthorized', 'Unauthorized: No valid authentication provided'],
  token: ['unauthorized', 'Unauthorized: Invalid or expired token'],
  key: ['unauthorized', 'Unauthorized: Invalid or revoked API key'],
  role: ['forbidden', 'Forbidden: Insufficient permissions'],
} as const

export function refusal(reason: keyof typeof SENTENCES, cause?: unknown): AppError {
  const [code, sentence] = SENTENCES[reason]
  return new AppError(code, sentence, { cause })
}
