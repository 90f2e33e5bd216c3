// prompts: what a caller's words must not do to the server that they are sent to.

const ARGUMENTS = /<sd_cpp_extra_args>[\s\S]*?<\/sd_cpp_extra_args>/g
const TAG = /<\/?sd_cpp_extra_args>/g

/**
 * stable-diffusion.cpp takes settings of the server from between these tags in a prompt (examples/server/api.md): from
 * somebody else's prompt they are taken out. All else stays as it was written.
 */
export function withoutArguments(prompt: string): string {
  const without = prompt.replace(ARGUMENTS, '').replace(TAG, '')
  // What was around a tag may have become one.
  return without === prompt ? prompt : withoutArguments(without)
}

/** What the caller hears of it; nothing where nothing was taken out. */
export function argumentWarnings(prompt: string): readonly string[] {
  return withoutArguments(prompt) === prompt ? [] : ['Settings of the server do not belong in a prompt: left out']
}
