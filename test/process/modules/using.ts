/** Newer syntax than Node 20 has, and what only TypeScript has. */
export function order(): string[] {
  const seen: string[] = [];
  {
    using _ = { [Symbol.dispose]: () => void seen.push('disposed') };
    seen.push('body' satisfies string);
  }
  return seen;
}

export function failHere(): never {
  throw new Error('on line 12');
}
