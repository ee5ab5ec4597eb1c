/** Counts when it may go on. */
export async function count(
  words: string,
  meet: () => Promise<void>,
): Promise<{ readonly words: readonly string[]; readonly letters: number }> {
  await meet();
  return { words: words.split(' '), letters: words.replaceAll(' ', '').length };
}

export function parse(text: string): unknown {
  return JSON.parse(text);
}

/** Never comes back, and never lets its thread do anything else. */
export function hang(): never {
  for (;;);
}

export function add(a: number, b: number): number {
  return a + b;
}
