import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importsTypeScript } from './typescript/register-hooks.js';

/** The module to run, as a URL that exists, and whether TypeScript is to be translated there. */
export interface ModuleUrl {
  readonly href: string;
  readonly typescript: boolean;
}

/**
 * Finds a module given as URL or absolute path; a name without a path is left to the other side to resolve.
 *
 * `./x.js` names `./x.ts` where only that exists, as in TypeScript's own imports. `inherits`: the other side translates TypeScript
 * because this one does, and not only because the module is TypeScript; on Node 20 that takes some 30 ms. Throws an Error that names the file when it is
 * missing, TypeError for a relative path, which would be relative to nothing.
 */
export function moduleUrl(module: URL | string, caller: string, inherits: boolean): ModuleUrl {
  const href = toHref(module, caller);
  const inherited = inherits && importsTypeScript();
  if (!href.startsWith('file:')) return { href, typescript: inherited };
  const path = fileURLToPath(href);
  const found = [path, path.replace(/\.([cm]?)js$/, '.$1ts')].find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw Object.assign(new Error(`${caller}: there is no module ${path}`), { code: 'ERR_MODULE_NOT_FOUND' });
  }
  const url = pathToFileURL(found);
  url.search = new URL(href).search;
  return { href: url.href, typescript: inherited || /\.[cm]?tsx?$/.test(found) };
}

function toHref(module: URL | string, caller: string): string {
  if (module instanceof URL) return module.href;
  if (typeof module !== 'string' || module === '')
    throw new TypeError(`${caller} takes a module: new URL('./module.js', import.meta.url)`);
  if (isAbsolute(module)) return pathToFileURL(module).href;
  if (module.startsWith('.'))
    throw new TypeError(
      `${caller}('${module}'): a relative path is relative to nothing here; use new URL('${module}', import.meta.url)`,
    );
  return module;
}
