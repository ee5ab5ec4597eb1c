import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as Esbuild from 'esbuild';

/**
 * Translates a TypeScript file to JavaScript that Node 20 runs, `using` included, with its source map inline.
 *
 * The only importer of esbuild, which is loaded with the first file. Throws a SyntaxError that names file, line and column.
 */
export function translate(url: string): string {
  const path = fileURLToPath(url);
  esbuild ??= loadEsbuild();
  try {
    return esbuild.transformSync(readFileSync(path, 'utf8'), {
      loader: path.endsWith('x') ? 'tsx' : 'ts',
      format: 'esm',
      target: 'node20',
      supported: { 'import-attributes': true }, // Node 20 has them; esbuild thinks of its first versions
      sourcefile: path,
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
      // Not the user's tsconfig: what a file means does not depend on where it is started.
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: true } },
    }).code;
  } catch (error) {
    throw syntaxError(error, path);
  }
}

let esbuild: typeof Esbuild | undefined;

/**
 * esbuild in the way in which each file takes a process that has ended when the translation returns.
 *
 * By default it keeps a thread with a process of its own: 2 ms a file instead of 7, but 40 ms for the first; and a thread that is
 * terminated would leave that process behind as a zombie, because the loop that would have collected it is gone.
 */
function loadEsbuild(): typeof Esbuild {
  const before = process.env['ESBUILD_WORKER_THREADS'];
  process.env['ESBUILD_WORKER_THREADS'] = '0';
  try {
    return createRequire(import.meta.url)('esbuild') as typeof Esbuild;
  } finally {
    if (before === undefined) delete process.env['ESBUILD_WORKER_THREADS'];
    else process.env['ESBUILD_WORKER_THREADS'] = before;
  }
}

/** esbuild's failure as the error Node raises for JavaScript; anything else, a missing binary for one, as it is. */
function syntaxError(error: unknown, path: string): unknown {
  const [first] = (error as Partial<Esbuild.TransformFailure>).errors ?? [];
  if (first === undefined) return error;
  const { line, column } = first.location ?? { line: 1, column: 0 };
  return new SyntaxError(`${path}:${line}:${column + 1}: ${first.text}`);
}
