/**
 * The language's own objects and functions, captured before code of the user could change them. What decides about access calls
 * these and no method of a prototype.
 */

export const apply: typeof Reflect.apply = Reflect.apply;
export const construct: typeof Reflect.construct = Reflect.construct;
export const defineProperty: typeof Reflect.defineProperty = Reflect.defineProperty;
export const deleteProperty: typeof Reflect.deleteProperty = Reflect.deleteProperty;
export const getOwnPropertyDescriptor: typeof Object.getOwnPropertyDescriptor = Object.getOwnPropertyDescriptor;
export const getPrototypeOf: typeof Object.getPrototypeOf = Object.getPrototypeOf;
export const isExtensible: typeof Object.isExtensible = Object.isExtensible;
export const objectKeys: (object: object) => string[] = Object.keys;
export const isArray: typeof Array.isArray = Array.isArray;
export const isView: typeof ArrayBuffer.isView = ArrayBuffer.isView;
/** `hasOwnProperty` that no object can shadow. */
export const hasOwn: (object: object, key: PropertyKey) => boolean = Object.hasOwn;
/** Whether a string has no lone surrogate. */
export const isWellFormed: (text: string) => boolean = uncurried(String.prototype.isWellFormed);
/** A function's source; `[native code]` for the language's own of any realm. */
export const sourceOf: (fn: object) => string = uncurried(Function.prototype.toString);
export const endsWith: (text: string, end: string) => boolean = uncurried(String.prototype.endsWith);

/** A Set that carries the captured methods itself, so that patching `Set.prototype` does not reach it. */
export class SafeSet<T> extends Set<T> {}
/** The same of Map. */
export class SafeMap<K, V> extends Map<K, V> {}
/** The same of WeakSet. */
export class SafeWeakSet<T extends object> extends WeakSet<T> {}
keepMethods(SafeSet.prototype, Set.prototype);
keepMethods(SafeMap.prototype, Map.prototype);
keepMethods(SafeWeakSet.prototype, WeakSet.prototype);

/** A method as a function that takes `this` first. */
function uncurried<R>(method: (...args: never[]) => R): (...args: unknown[]) => R {
  return Function.prototype.call.bind(method as () => R) as (...args: unknown[]) => R;
}

function keepMethods(target: object, source: object): void {
  for (const key of Reflect.ownKeys(source)) {
    const descriptor = getOwnPropertyDescriptor(source, key) as PropertyDescriptor;
    if (key !== 'constructor') defineProperty(target, key, descriptor);
  }
  Object.freeze(target);
}
