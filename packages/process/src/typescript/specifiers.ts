import { existsSync } from 'node:fs';

/** Whether a URL names a TypeScript module that is ours to translate: not a declaration, not in node_modules. */
export function isTypeScript(url: string): boolean {
  if (!url.startsWith('file:')) return false;
  const { pathname } = new URL(url);
  return /\.(?:ts|mts|tsx)$/.test(pathname) && !/\.d\.m?ts$/.test(pathname) && !pathname.includes('/node_modules/');
}

/** The specifier to resolve instead: `./x.js` becomes `./x.ts` where only that exists, as in TypeScript's own imports. */
export function typescriptSpecifier(specifier: string, parent: string | undefined): string {
  if (!/^(?:\.{1,2}\/|\/|file:)/.test(specifier) || !URL.canParse(specifier, parent)) return specifier;
  const url = new URL(specifier, parent);
  if (url.protocol !== 'file:' || !/\.m?js$/.test(url.pathname) || existsSync(url)) return specifier;
  for (const [js, ts] of twins) {
    const twin = new URL(url);
    twin.pathname = url.pathname.replace(js, ts);
    if (twin.pathname !== url.pathname && isTypeScript(twin.href) && existsSync(twin)) return twin.href;
  }
  return specifier;
}

const twins: readonly (readonly [RegExp, string])[] = [
  [/js$/, 'ts'],
  [/\.js$/, '.tsx'],
];
