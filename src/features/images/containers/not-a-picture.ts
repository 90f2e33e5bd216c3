// not-a-picture: what is thrown where bytes are no picture of the format that they begin as.
import { AppError } from '../../../lib/errors.ts'

export function notAPicture(): AppError {
  return new AppError('provider_failed', 'What was delivered is no PNG, JPEG or WebP picture')
}
