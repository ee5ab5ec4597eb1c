import { AccessDeniedError } from '@remoteobj/except';
import { functionTakers } from './brands.js';
import { apply, construct } from './intrinsics.js';
import { isListedClass } from './listed.js';
import { deniedError, type Text } from './members.js';
import type { Policy } from './policy.js';
import { isRefusedValue } from './refused.js';

/** Calls with the previous step's holder as `this`. `isForeign` tells functions of the other side. */
export function callFunction(
  fn: unknown,
  self: unknown,
  args: unknown[],
  text: Text,
  isForeign: (value: unknown) => boolean,
): unknown {
  if (typeof fn !== 'function') throw new TypeError(`${text()} is not a function`);
  if (isRefusedValue(fn)) throw deniedError('call', text);
  if (functionTakers.has(fn)) refuseForeign(args, text, isForeign);
  return apply(fn, self, args) as unknown;
}

/** `new fn(...args)`: what a trusted peer can reach; for strangers, classes that the server listed. */
export function constructObject(fn: unknown, args: unknown[], policy: Policy, text: Text): unknown {
  if (typeof fn !== 'function') throw new TypeError(`${text()} is not a constructor`);
  if (isRefusedValue(fn)) throw deniedError('new', text);
  if (policy.mode === 'exposed' && !isListedClass(fn, policy)) throw deniedError('new', text);
  if (!isConstructor(fn)) throw new TypeError(`${text()} is not a constructor`);
  return construct(fn, args) as unknown;
}

/** These call what they are given and use its answer at once; a function of the other side answers with a promise. */
function refuseForeign(args: readonly unknown[], text: Text, isForeign: (value: unknown) => boolean): void {
  for (let i = 0; i < args.length; i++) {
    if (!isForeign(args[i])) continue;
    throw new AccessDeniedError(
      `${text()}: a callback of the caller would return a promise for each element; pass a function of that side (remoteModule(url).name), or fetch the array first`,
      { executed: 'no' },
    );
  }
}

const CapturedProxy = Proxy;

/** A Proxy of it is constructible exactly when it is, and its trap answers before any code of the class runs. */
function isConstructor(fn: object): boolean {
  try {
    construct(new CapturedProxy(fn as new () => object, { construct: () => ({}) }), []);
    return true;
  } catch {
    return false;
  }
}
