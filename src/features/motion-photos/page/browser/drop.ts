// drop: the ways in which a file comes to the page: chosen, dropped anywhere, or pasted; and which are finished photos.
import { find } from '../../../../web/page/browser/elements.ts'

/** A finished photo, in place of a clip that shall become one. */
export function isPhoto({ name, type }: File): boolean {
  // Not every browser knows every one of them, so that the name may have to tell.
  return /^image\/(?:jpeg|heic|heif|avif)\b/.test(type) || (type === '' && /\.(?:jpe?g|heic|heif|avif)$/i.test(name))
}

/** Calls back with every file that comes. */
export function listenForFiles(onFile: (file: File) => void): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('#file, #again input'))
    input.addEventListener('change', () => {
      const file = input.files?.[0]
      // The same file can be chosen once more.
      input.value = ''
      if (file) onFile(file)
    })
  const body = find('drop', HTMLLabelElement).ownerDocument.body
  document.addEventListener('dragover', event => {
    event.preventDefault()
    body.classList.add('dropping')
  })
  document.addEventListener('dragleave', event => {
    if (event.relatedTarget === null) body.classList.remove('dropping')
  })
  document.addEventListener('drop', event => {
    event.preventDefault()
    body.classList.remove('dropping')
    const file = event.dataTransfer?.files[0]
    if (file) onFile(file)
  })
  document.addEventListener('paste', event => {
    const file = event.clipboardData?.files[0]
    if (file) onFile(file)
  })
}
