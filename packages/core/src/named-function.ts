import { Op } from './operation.js';
import { remoteOf, viewOfRemote } from './proxy.js';
import { Wrapped } from './wrappers.js';

/** A function that can be run elsewhere, taken apart: `owner[member]`, or `owner` itself when there is no member. */
export interface NamedFunction {
  /** To be passed to the other side. */
  readonly owner: unknown;
  readonly member: string | undefined;
  /** What people call it. */
  readonly name: string;
  /** The module that has it; undefined: it is none of a module. */
  readonly url: string | undefined;
}

/** Takes apart a view of a module's function, a method of a remote, a remote function or `inline(f)`; undefined for anything else. */
export function namedFunction(fn: unknown): NamedFunction | undefined {
  if (fn instanceof Wrapped && fn.how === 'inline')
    return { owner: fn, member: undefined, name: nameInSource(String(fn.value)), url: undefined };
  const view = viewOfRemote(fn);
  if (view === undefined) return undefined;
  const url = view.root.kind === 'module' ? view.root.url : undefined;
  if (view.parent === undefined || view.op !== Op.get) return { owner: fn, member: undefined, name: 'remote', url };
  return { owner: remoteOf(view.parent), member: view.key, name: view.key, url };
}

function nameInSource(source: string): string {
  return /^(?:async\s+)?function\s*\*?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(source)?.[1] ?? 'inline';
}
