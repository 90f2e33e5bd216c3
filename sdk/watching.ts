// watching: what somebody who watches a call is told, from the bytes that move and from the server's own account.
import type { Connection } from './connection.ts'
import { type Following, follow, NOBODY_FOLLOWS } from './following.ts'
import { createReporter, type OnProgress, type Reporter, type Shares } from './progress.ts'
import type { Source } from './source.ts'
import type { OnUploaded } from './upload.ts'

/** A call that nobody watches asks the server nothing. Stop following when the call has ended. */
export function watch(
  connection: Connection,
  onProgress: OnProgress | undefined,
  shares: Shares,
): { readonly reporter: Reporter; readonly following: Following } {
  const reporter = createReporter(onProgress, shares)
  return { reporter, following: onProgress ? follow(connection, reporter.worked) : NOBODY_FOLLOWS }
}

/** Counts an upload, and calls back when all of it has been sent: then the server works. */
export function counting(reporter: Reporter, source: Source, then: () => void = () => undefined): OnUploaded {
  reporter.moved('upload', 0, source.size)
  return (sent, total = source.size) => {
    reporter.moved('upload', sent, total)
    if (sent !== total) return
    reporter.moved('processing')
    then()
  }
}
