export { spawn } from './spawn.js';
export { spawnThread } from './thread.js';
export { parent } from './parent.js';
export type { Exit } from './exit.js';
export type { SpawnOptions, Stdio } from './options.js';
export type { Spawned } from './spawned.js';
