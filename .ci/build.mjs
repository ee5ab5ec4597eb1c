// Builds every package with esbuild: one bundle per entry, shared parts split off, sibling packages external.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const packages = new URL('../packages/', import.meta.url);

/** Packages that also run in browsers. */
const neutral = new Set(['except', 'core']);

for (const name of readdirSync(packages)) {
  const folder = fileURLToPath(new URL(`${name}/`, packages));
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const entries = Object.values(manifest.exports)
    .map((entry) => entry.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
    .concat(
      existsSync(`${folder}src/entry`) ? readdirSync(`${folder}src/entry`).map((file) => `src/entry/${file}`) : [],
    )
    .map((file) => `${folder}${file}`);
  const missing = entries.filter((file) => !existsSync(file));
  for (const file of missing) console.error(`not there yet, skipped: ${file}`);
  await build({
    entryPoints: entries.filter((file) => existsSync(file)),
    outdir: `${folder}dist`,
    outbase: `${folder}src`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: neutral.has(name) ? 'neutral' : 'node',
    mainFields: ['module', 'main'],
    conditions: ['module', 'import'],
    target: 'node20',
    sourcemap: 'linked',
    // Half the bytes to compile when a child starts; names are kept, so stacks stay readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'eof',
    external: ['remoteobj', '@remoteobj/*', 'esbuild', 'koffi'],
    logLevel: 'warning',
  });
}
