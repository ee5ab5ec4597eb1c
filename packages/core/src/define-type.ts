import { registerErrorClass } from '@remoteobj/except/internal';

/** How instances of a class cross by value. */
export interface TypeCodec<T, D = unknown> {
  /** Data that stands for the instance; parts of it may be references, Maps, further registered types, … */
  encode(instance: T): D;
  /** Makes the instance again on the other side. */
  decode(data: D): T;
}

/** What defineType recorded. */
export interface DefinedType {
  readonly name: string;
  readonly codec: TypeCodec<object>;
}

const byName = new Map<string, DefinedType>();
const byPrototype = new WeakMap<object, DefinedType>();

type AnyClass<T> = abstract new (...args: never[]) => T;

/**
 * Makes instances of `Class` cross by value and arrive as `Class`; call it on both sides with the same name.
 *
 * Instances of subclasses are not affected. For a subclass of Error the codec may be left out: its errors then arrive as that
 * class, with message, cause, stack and own data properties. Throws TypeError when the name is taken by another class.
 */
export function defineType<T extends object, D = unknown>(
  name: string,
  Class: AnyClass<T>,
  codec?: TypeCodec<T, D>,
): void {
  if (typeof name !== 'string' || name === '')
    throw new TypeError('defineType(name, Class, codec): name must be a non-empty string');
  const prototype: unknown = typeof Class === 'function' ? Class.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null)
    throw new TypeError(`defineType('${name}', …): the second argument must be a class`);
  if (codec === undefined) {
    if (!(prototype instanceof Error))
      throw new TypeError(`defineType('${name}', …) needs { encode, decode }: only errors have a form of their own`);
    registerErrorClass(name, Class);
    return;
  }
  const taken = byName.get(name);
  if (taken !== undefined && byPrototype.get(prototype) !== taken) {
    throw new TypeError(
      `defineType: the name '${name}' belongs to another class already; choose a name that is unique in the program`,
    );
  }
  // The codec is kept as one of `object`: marshal.ts hands it instances found by this very prototype only.
  const type: DefinedType = { name, codec: codec as unknown as TypeCodec<object> };
  byName.set(name, type);
  byPrototype.set(prototype, type);
}

/** The type whose instances have this very prototype. */
export function typeOfPrototype(prototype: object): DefinedType | undefined {
  return byPrototype.get(prototype);
}

/** The type of this name; the error of an unknown one lists those that exist. */
export function typeOfName(name: string): DefinedType {
  const type = byName.get(name);
  if (type !== undefined) return type;
  const known = [...byName.keys()].join(', ') || 'none';
  throw new TypeError(
    `a value of the type '${name}' came, which is not defined here (defined: ${known}): call defineType on both sides`,
  );
}
