// marker: what is to be known of a format of pictures to write notes into it.

export type Marker = {
  /** Whether these bytes are of this format. */
  readonly is: (bytes: Buffer) => boolean
  /** Whether it carries signed notes of its maker (C2PA), which a changed byte would break. */
  readonly isSigned: (bytes: Buffer) => boolean
  /** The picture with this XMP in place of all that anybody has written into it. Throws `provider_failed` where it is none. */
  readonly mark: (bytes: Buffer, xmp: string) => Buffer
}
