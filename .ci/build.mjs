// Builds every package with esbuild. The time in which a child starts depends on the number of files that it loads and on their size.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
  const options = {
    absWorkingDir: folder,
    outdir: `${folder}dist`,
    outbase: `${folder}src`,
    bundle: true,
    format: 'esm',
    platform: neutral.has(name) ? 'neutral' : 'node',
    mainFields: ['module', 'main'],
    conditions: ['module', 'import'],
    target: 'node20',
    sourcemap: 'linked',
    // Fewer bytes to compile; names are kept, so stacks stay readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'eof',
    external: ['remoteobj', '@remoteobj/*', 'esbuild', 'koffi', 'cli-progress'],
    plugins: [oneDoor(folder), lightMsgpackr()],
    metafile: true,
    logLevel: 'warning',
  };
  // One file each: what they share with other entries holds no state, and would be taken out of the one file of the package.
  const alone = entries.filter((file) => /\/(?:entry\/child|browser|contract)\.ts$/.test(file));
  const together = entries.filter((file) => existsSync(file) && !alone.includes(file));
  const builds = await Promise.all([
    build({ ...options, entryPoints: together, splitting: true }),
    build({ ...options, entryPoints: alone, plugins: [...options.plugins, hookAside()] }),
  ]);
  removeOthers(folder, new Set(builds.flatMap(({ metafile }) => Object.keys(metafile.outputs))));
}

/**
 * Puts all of a package into `internal.js`. The users' door only passes on its part of that, and siblings import nothing else: so a
 * child loads one file of each package, and users' modules there share it.
 */
function oneDoor(folder) {
  const hasDoors = existsSync(`${folder}src/internal.ts`);
  return {
    name: 'one door',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^@remoteobj\/(?:except|core|transport)$/ }, ({ path }) => ({
        path: `${path}/internal`,
        external: true,
      }));
      if (!hasDoors) return;
      onLoad({ filter: /\/src\/internal\.ts$/ }, async ({ path }) => ({
        contents: `${await readFile(path, 'utf8')}\nexport * from './index.js#all';`,
        loader: 'ts',
      }));
      onResolve({ filter: /#all$/ }, () => ({ path: `${folder}src/index.ts`, suffix: '#all' }));
      onLoad({ filter: /\/src\/index\.ts$/ }, async ({ path, suffix }) => {
        if (suffix === '#all') return undefined;
        return {
          contents: (await readFile(path, 'utf8')).replaceAll(/'\.\/[\w-]+\.js'/g, "'#internal'"),
          loader: 'ts',
        };
      });
      onResolve({ filter: /^#internal$/ }, () => ({ path: './internal.js', external: true }));
    },
  };
}

/** A child that runs JavaScript loads nothing of what translates TypeScript. */
function hookAside() {
  return {
    name: 'hook aside',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.\/ts\.js$/ }, () => ({ path: '../ts.js', external: true }));
    },
  };
}

/**
 * `msgpackr/index-no-eval` is msgpackr with `Function` replaced, in one wrapper that has to be compiled whole. The same replacement on
 * its ES modules leaves out what is not used, and takes half the time to load.
 */
function lightMsgpackr() {
  return {
    name: 'light msgpackr',
    setup({ onLoad, onResolve, resolve }) {
      onResolve({ filter: /^msgpackr\/index-no-eval$/ }, ({ resolveDir, kind }) =>
        resolve('msgpackr/pack', { resolveDir, kind }),
      );
      onLoad({ filter: /\/msgpackr\/(?:un)?pack\.js$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll(/\bFunction\b/g, 'BlockedFunction'),
      }));
    },
  };
}

/** Removes what earlier builds left. */
function removeOthers(folder, outputs) {
  for (const file of readdirSync(`${folder}dist`, { recursive: true })) {
    if (/\.js(?:\.map)?$/.test(file) && !outputs.has(`dist/${file}`)) rmSync(`${folder}dist/${file}`);
  }
}
