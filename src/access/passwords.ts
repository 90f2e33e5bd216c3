// passwords: hashes that are slow and large on purpose (argon2id, RFC 9106).
import { hash } from '@node-rs/argon2'

/** With parameters and salt, as `$argon2id$v=19$…`: 19 MiB and two passes, which is what OWASP recommends at least. */
export async function hashPassword(password: string): Promise<string> {
  // One person's keyboard composes accents, another's does not.
  return await hash(password.normalize('NFC'), { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
}
