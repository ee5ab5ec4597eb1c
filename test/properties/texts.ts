/** Errors as class and message. */

/** The class, under the name that it has on its own side, and the message, as far as it can be compared. */
export function textOf(error: Error & { readonly remoteName?: string }): string {
  return `${error.remoteName ?? error.constructor.name}: ${comparable(error.message)}`;
}

/**
 * Where the language refuses something, the library says the same and names the chain, while engines name the object in their own ways. What is
 * compared of those messages: the first group if there is one, the whole match otherwise.
 */
const reasons: readonly RegExp[] = [
  /^Cannot (?:read|set) properties of (?:undefined|null) \((?:reading|setting) '(?!Symbol)[^']*'\)/,
  /^Cannot convert undefined or null to object/,
  /^Cannot use 'in' operator to search for '[^']*' in /,
  // Primitives: an engine says `read only` where they have such a member, or `super` leads to them.
  /^Cannot (?:create|assign to read only) (property '[^']*') o[nf] /,
  /^Cannot add property [^,]*, /,
  /^Cannot delete property '[^']*' of /,
  /^Cannot set property \S+ of .* (which has only a getter)$/s,
  /is not a function$/,
  /is not a constructor$/,
  /is not (?:async )?(iterable)$/,
  /has no length, size or byteLength$/,
  /^'[^']*' of .* (cannot be (?:reached|changed) from outside)/s,
];

function comparable(message: string): string {
  const text = message.replace(/^Cannot read .*Symbol\.asyncIterator.*$/, 'undefined is not iterable');
  for (const reason of reasons) {
    const match = reason.exec(text);
    if (match !== null) return match[1] ?? match[0];
  }
  return message;
}
