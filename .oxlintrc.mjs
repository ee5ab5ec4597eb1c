/** The rules of oxlint; those of imports are made below from two lists. */

/** The layers, lowest first: each may import those before it. */
const layers = ['except', 'core', 'transport', 'process', 'concurrent'];

/** Third-party packages that one file imports, so that swapping one is editing one file. `koffi`: by `createRequire`, in transport/src/native.ts. */
const importers = {
  msgpackr: ['packages/core/src/msgpack.ts', 'packages/core/src/msgpackr.d.ts'],
  'serialize-error': ['packages/except/src/remote-error.ts'],
  esbuild: ['packages/process/src/typescript/translate.ts'],
  'cli-progress': ['packages/process/src/progress-bar.ts'],
  koffi: ['examples/09-hardware/driver.ts'],
  execa: ['examples/10-commands/main.ts', 'test/concurrent/commands.test.ts'],
  'fast-png': ['examples/08-pool/main.ts', 'examples/11-pipeline/main.ts'],
  uvu: ['test/support/suite.ts'],
  'fast-check': ['test/support/properties.ts'],
  comlink: ['test/bench/comlink.d.ts', 'test/bench/threaded.ts', 'test/bench/peers/comlink.mjs'],
  coincident: ['test/bench/coincident.ts', 'test/bench/coincident-main.d.ts', 'test/bench/peers/coincident.mjs'],
  synckit: ['test/bench/synckit.ts', 'test/bench/peers/synckit.mjs'],
  'p-queue': ['test/bench/queued.ts'],
  piscina: ['test/bench/worker-pools.ts'],
  workerpool: ['test/bench/worker-pools.ts', 'test/bench/peers/workerpool.mjs'],
};

const all = (name) => [name, `${name}/*`];
const byName = { group: ['**/packages/**', '**/dist/**', '../../*/src/**'], message: 'packages are imported by name' };
const restricted = (files, patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

function thirdParty(allowed = []) {
  const group = Object.keys(importers)
    .filter((name) => !allowed.includes(name))
    .flatMap(all);
  return { group, message: 'only one file imports each third-party package, so that swapping one is editing one file' };
}

function layer(name, level) {
  const below = layers.slice(0, level);
  const above = [...layers.slice(level), 'remoteobj'];
  const patterns = [
    {
      group: above.flatMap((other) => all(other === 'remoteobj' ? other : `@remoteobj/${other}`)),
      message: `${name} may import only the layers below it: ${below.join(', ') || 'none'}`,
    },
    byName,
  ];
  if (level < 2)
    patterns.push({ group: ['node:*'], message: 'except and core also run in browsers: nothing of Node here' });
  if (name === 'concurrent')
    patterns.push({ group: ['@remoteobj/*/internal'], message: 'concurrent uses what users have' });
  return { place: `packages/${name}/src/**`, patterns };
}

/** Places with the patterns that hold there, the more special ones last. */
const places = [
  ...layers.map(layer),
  {
    place: 'packages/remoteobj/src/**',
    patterns: [{ group: all('remoteobj'), message: 'the umbrella does not import itself' }, byName],
  },
  {
    place: 'examples/**',
    patterns: [byName, { group: ['@remoteobj/*'], message: 'examples import remoteobj, as users do' }],
  },
  { place: 'test/**', patterns: [{ ...byName, group: ['**/packages/*/src/**', '**/packages/*/dist/**'] }] },
];

/** For each place and each file in it that imports something nobody else does. */
const imports = places.flatMap(({ place, patterns }) => {
  const special = new Map();
  for (const [name, files] of Object.entries(importers))
    for (const file of files)
      if (file.startsWith(place.replace('**', ''))) special.set(file, [...(special.get(file) ?? []), name]);
  return [
    restricted([place], [...patterns, thirdParty()]),
    ...[...special].map(([file, names]) => restricted([file], [...patterns, thirdParty(names)])),
  ];
});

export default {
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise'],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error' },
  env: { builtin: true, node: true },
  ignorePatterns: ['**/dist/**', '.cache/**'],
  rules: {
    eqeqeq: 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-self-import': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-import-type-side-effects': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-namespace': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/prefer-node-protocol': 'error',

    // A remote is awaited where the local type, a callback's for one, says that there is nothing to await.
    'typescript/await-thenable': 'off',
    // Intrinsics are captured when a module is loaded, before users' code can replace them.
    'typescript/unbound-method': 'off',
    // Views and keys are printed by design; unknown values are printed by functions that guard them.
    'typescript/restrict-template-expressions': 'off',
    'typescript/no-base-to-string': 'off',
    // Walks up a chain begin at `this`.
    'typescript/no-this-alias': 'off',
    // Thenables are what this library is about.
    'unicorn/no-thenable': 'off',
    // Collections are copied before a loop that changes them; arrays of a known length are made at once.
    'unicorn/no-useless-spread': 'off',
    'unicorn/no-new-array': 'off',
  },
  overrides: [
    { files: ['.oxlintrc.mjs'], rules: { 'import/no-default-export': 'off' } },
    {
      // Runs what `inline` carries, which only a trusted peer may send.
      files: ['packages/core/src/importing.ts'],
      rules: { 'no-eval': 'off' },
    },
    {
      // The methods of primitives stand on their wrappers.
      files: ['packages/core/src/remote.ts'],
      rules: { 'typescript/no-wrapper-object-types': 'off' },
    },
    {
      files: ['packages/*/src/**'],
      rules: {
        'no-console': 'error',
        'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      },
    },

    {
      // Longer than the rest; these limits may only become smaller.
      files: ['packages/transport/src/pipe.ts'],
      rules: { 'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }] },
    },
    ...imports,
  ],
};
