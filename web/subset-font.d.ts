declare module 'subset-font' {
  type Options = {
    targetFormat?: 'truetype' | 'woff2'
    keepFeatures?: string[]
    /** Besides family, style, version and copyright. */
    preserveNameIds?: number[]
    /** Instead of those of the text, which is then empty. */
    keepAllGlyphs?: boolean
    variationAxes?: Record<string, { min: number; max: number }>
  }
  /** A font with no other letters than those of the text. Without `keepFeatures` it has all that the letters can do. */
  export default function subsetFont(font: Buffer, text: string, options?: Options): Promise<Buffer>
}
