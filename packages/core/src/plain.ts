/** What an object inherits from; undefined: it is a Proxy that cannot be asked. */
export function prototypeOf(value: object): object | null | undefined {
  try {
    return Object.getPrototypeOf(value) as object | null;
  } catch {
    return undefined;
  }
}

/** Whether a plain object does something by itself: accessors and iteration would be lost in a copy. */
export function behaves(value: object): boolean {
  if (Object.getOwnPropertySymbols(value).some((symbol) => behaviour.has(symbol))) return true;
  for (const name of Object.keys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, name);
    if (descriptor !== undefined && !('value' in descriptor)) return true;
  }
  return false;
}

const behaviour = new Set<symbol>([Symbol.iterator, Symbol.asyncIterator, Symbol.dispose, Symbol.asyncDispose]);

/** Why a member of a copied object cannot cross; undefined: it can. */
export function memberFault(name: string, value: unknown): string | undefined {
  if (name === '__proto__') return 'a member named __proto__ cannot cross: rename it or use a Map';
  if (!name.isWellFormed()) return 'a member name with lone surrogates cannot cross: use a Map';
  if ((name === 'then' || name === 'toJSON') && typeof value === 'function')
    return `a function named ${name} would run by itself on the other side: rename it or pass the object with byReference`;
  return undefined;
}

/** The items of an array with holes or named members, as index and item in turn, and those members. */
export function sparseParts(value: unknown[], names: readonly string[]): [unknown[], Record<string, unknown>] {
  const items: unknown[] = [];
  const own: Record<string, unknown> = {};
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(value, name);
    const index = Number(name);
    if (Number.isInteger(index) && index >= 0 && String(index) === name) items.push(index, descriptor?.value);
    else own[name] = descriptor?.value;
  }
  return [items, own];
}
