/**
 * Module hooks for Node.
 *
 * Written so that both kinds can use them: the hooks of `module.register`, where `next` gives a promise, and the synchronous ones of
 * `module.registerHooks`.
 */
import { isTypeScript, typescriptSpecifier } from './specifiers.js';
import { translate } from './translate.js';

/** Finds TypeScript files by the names that their imports have. */
export function resolve<R>(
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => R,
): R {
  return next(typescriptSpecifier(specifier, context.parentURL), context);
}

/** Translates TypeScript files as they are loaded; every one is an ES module. */
export function load<R>(
  url: string,
  context: object,
  next: (url: string, context: object) => R,
): R | { readonly format: 'module'; readonly shortCircuit: true; readonly source: string } {
  return isTypeScript(url) ? { format: 'module', shortCircuit: true, source: translate(url) } : next(url, context);
}
