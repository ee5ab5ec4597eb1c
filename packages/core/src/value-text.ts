/** Where in a value something is, as text: `args[0].config.socket`. */
export function printPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (text === '' || part.startsWith('[')) text += part;
    else text += /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** The UTF-16 units of a string, little-endian: the form of strings with lone surrogates. */
export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 255;
    bytes[2 * i + 1] = unit >>> 8;
  }
  return bytes;
}
