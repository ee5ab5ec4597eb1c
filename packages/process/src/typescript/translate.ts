import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

/** The only importer of esbuild: TypeScript source as JavaScript that Node 20 runs, `using` included, with its source map inline. */
export function translate(url: string): string {
  const path = fileURLToPath(url);
  const { code } = transformSync(readFileSync(path, 'utf8'), {
    loader: /\.[cm]?tsx$/.test(path) ? 'tsx' : 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: path,
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
  });
  return code;
}

/** The URL of the TypeScript file that a specifier names: `./x.js` where only `./x.ts` exists, or the file itself. */
export function typescriptUrl(specifier: string, parent: string | undefined): string | undefined {
  if (!/^(?:\.{1,2}\/|\/|file:)/.test(specifier)) return undefined;
  const url = parent === undefined ? new URL(specifier) : new URL(specifier, parent);
  if (url.protocol !== 'file:' || url.pathname.includes('/node_modules/')) return undefined;
  if (isTypeScript(url.href)) return url.href;
  if (!/\.[cm]?js$/.test(url.pathname) || existsSync(url)) return undefined;
  url.pathname = url.pathname.replace(/js$/, 'ts');
  return existsSync(url) ? url.href : undefined;
}

export function isTypeScript(url: string): boolean {
  return url.startsWith('file:') && /\.[cm]?tsx?(?:[?#].*)?$/.test(url) && !/\.d\.[cm]?ts$/.test(url) && !url.includes('/node_modules/');
}
