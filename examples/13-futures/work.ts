/** Work that keeps its thread busy. */
export function count(words: string): { readonly words: readonly string[]; readonly letters: number } {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800); // stands for something that takes long
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
