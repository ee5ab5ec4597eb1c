import { isError } from '@remoteobj/except/internal';
import {
  arrays,
  bigints,
  booleans,
  buffers,
  dataViews,
  dates,
  errors,
  getterOf,
  maps,
  numbers,
  regexps,
  sets,
  strings,
  typedArrays,
  type Brand,
  type Intrinsic,
} from './brand-members.js';
import { apply, getPrototypeOf, isArray, isView, SafeMap, SafeSet } from './intrinsics.js';

/**
 * The members that an object or primitive offers by its built-in kind; undefined: it is of none. `stop` is the intrinsic prototype at
 * which the walk ended: it says which kind to try first, the object's internal slots decide.
 */
export function brandOf(holder: unknown, stop: unknown): Brand | undefined {
  switch (typeof holder) {
    case 'string':
      return strings;
    case 'number':
      return numbers;
    case 'bigint':
      return bigints;
    case 'boolean':
      return booleans;
    case 'object':
      return holder === null ? undefined : objectBrand(holder, stop);
    default:
      return undefined;
  }
}

/** Whether any kind offers a member of that name: most misses end here. */
export function isBrandKey(key: string): boolean {
  return brandKeys.has(key);
}

function objectBrand(holder: object, stop: unknown): Brand | undefined {
  if (isArray(holder)) return arrays;
  if (isView(holder)) return apply(typeTag, holder, []) === undefined ? dataViews : typedArrays;
  const kind = kindOf.get(stop);
  if (kind !== undefined) return answers(kind.probe, holder) ? kind.brand : undefined;
  if (isError(holder)) return errors;
  // Of another realm, perhaps: identity of prototypes tells nothing there.
  for (let i = 0; i < kinds.length; i++) {
    const { probe, brand } = kinds[i] as Kind;
    if (answers(probe, holder)) return brand;
  }
  return undefined;
}

/** Internal slots are recognised by the intrinsic that needs them, never by instanceof. */
function answers(probe: Intrinsic, holder: object): boolean {
  try {
    apply(probe, holder, []);
    return true;
  } catch {
    return false;
  }
}

const typeTag = getterOf(getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag);

/** A kind whose objects have an internal slot. */
interface Kind {
  readonly prototype: object;
  /** Throws for objects of any other kind. */
  readonly probe: Intrinsic;
  readonly brand: Brand;
}

const kinds: readonly Kind[] = [
  { prototype: Map.prototype, probe: getterOf(Map.prototype, 'size'), brand: maps },
  { prototype: Set.prototype, probe: getterOf(Set.prototype, 'size'), brand: sets },
  { prototype: Date.prototype, probe: Date.prototype.getTime as Intrinsic, brand: dates },
  { prototype: ArrayBuffer.prototype, probe: getterOf(ArrayBuffer.prototype, 'byteLength'), brand: buffers },
  { prototype: RegExp.prototype, probe: getterOf(RegExp.prototype, 'source'), brand: regexps },
];
const kindOf: ReadonlyMap<unknown, Kind> = new SafeMap(kinds.map((kind) => [kind.prototype, kind]));

const brandKeys: ReadonlySet<string> = new SafeSet(
  [
    arrays,
    strings,
    numbers,
    bigints,
    booleans,
    typedArrays,
    dataViews,
    errors,
    ...kinds.map((kind) => kind.brand),
  ].flatMap((each) => [...each.keys()]),
);

/**
 * Functions that call what they are given and use its answer at once, by the captured intrinsic itself: methods of arrays, and
 * built-ins that `passTo` takes.
 */
export const functionTakers: ReadonlySet<unknown> = new SafeSet<unknown>([
  ...[...arrays.values()].filter((member) => member.takesFunction).map((member) => member.fn),
  Array.from,
  JSON.parse,
  JSON.stringify,
]);
