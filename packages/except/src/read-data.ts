/** A property found without running code of the user. */
interface FoundData {
  readonly value: unknown;
  /** The object or the prototype that has it. */
  readonly holder: object;
}

/**
 * Finds a data property on an object or above it, without running an accessor of the user; of a Proxy only traps run.
 *
 * The built-in accessors `stack` and those of DOMException count as data. Where the engine writes the stack only when it is
 * first asked for, it asks the error's name and message for the first line, as printing the error would. Never throws.
 */
export function findData(object: object, key: string): FoundData | undefined {
  try {
    for (const holder of chainOf(object)) {
      const descriptor = getOwnPropertyDescriptor(holder, key);
      if (descriptor === undefined) continue;
      if ('value' in descriptor) return { value: descriptor.value, holder };
      return builtInValue(object, key, descriptor.get, holder);
    }
  } catch {
    // A trap of a Proxy, or Error.prepareStackTrace, threw: as good as absent.
  }
  return undefined;
}

/** The value of an own data property, or undefined. */
export function ownData(
  object: object,
  key: string,
): { readonly value: unknown; readonly enumerable: boolean } | undefined {
  try {
    const descriptor = getOwnPropertyDescriptor(object, key);
    return descriptor !== undefined && 'value' in descriptor
      ? { value: descriptor.value, enumerable: descriptor.enumerable === true }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The object and what it inherits from; the end is forced, because a Proxy may invent prototypes for ever. */
export function* chainOf(object: object): Generator<object, void, undefined> {
  let holder: object | null = object;
  for (let hops = 0; holder !== null && hops < 64; hops++) {
    yield holder;
    holder = getPrototypeOf(holder) as object | null;
  }
}

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
type Getter = (this: unknown) => unknown;

const domPrototype = (globalThis as { DOMException?: { prototype: object } }).DOMException?.prototype;
const domGetters = new Set<unknown>(
  domPrototype === undefined ? [] : ['name', 'message'].map((key) => getOwnPropertyDescriptor(domPrototype, key)?.get),
);

// Where `stack` is an accessor (own in newer V8, inherited elsewhere), the captured one works for errors of every realm.
const sample = new Error('sample');
const stackGetter: Getter | undefined = (
  getOwnPropertyDescriptor(sample, 'stack') ?? getOwnPropertyDescriptor(Error.prototype, 'stack')
)?.get;

function builtInValue(object: object, key: string, getter: Getter | undefined, holder: object): FoundData | undefined {
  if (key === 'stack' && stackGetter !== undefined) return { value: stackGetter.call(object), holder };
  return getter !== undefined && domGetters.has(getter) ? { value: getter.call(object), holder } : undefined;
}
