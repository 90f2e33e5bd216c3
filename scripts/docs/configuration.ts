// configuration: docs/configuration.md from the table of settings.
import { SETTINGS } from '../../src/settings.ts'
import { markdownTable } from './markdown.ts'

export function describeConfiguration(): string {
  const rows = Object.entries(SETTINGS).map(([name, { shown, meaning }]) => [`\`${name}\``, shown, meaning])
  return `# Configuration

Settings are environment variables. A file \`.env\` in the directory that Kinora is started from may hold them as well; what the
environment says wins. A setting that is wrong keeps Kinora from starting, and all that are wrong are told at once; one that is
not known is a warning. An empty one counts as not set. A listener that nothing is served on is not opened.

${markdownTable(['setting', 'default', 'meaning'], rows)}`
}
