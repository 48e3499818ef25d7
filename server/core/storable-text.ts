/**
 * Whether a text from outside can be stored and read back unchanged. Postgres refuses NUL in text and jsonb, and
 * a lone surrogate cannot be written as UTF-8 without becoming another character. Called by submission validation.
 */

/** @returns bytes in UTF-8, or null when the text holds a NUL or a lone surrogate */
export function storableBytes(text: string): number | null {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0) return null;
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else {
      const low = unit < 0xdc00 ? text.charCodeAt(++i) : Number.NaN;
      if (!(low >= 0xdc00 && low <= 0xdfff)) return null;
      bytes += 4;
    }
  }
  return bytes;
}

/** What was expected, or null when the text can be stored and has at most `bytesMax` bytes. */
export function expectStorable(text: string, bytesMax: number): string | null {
  const bytes = storableBytes(text);
  if (bytes === null) return "text without NUL and without lone surrogates";
  return bytes <= bytesMax ? null : `at most ${bytesMax} bytes`;
}
