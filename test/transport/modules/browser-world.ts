/** A worker thread that takes away what Node has and browsers have not, and runs a bundle in what is left. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { browserPort } from '../browser-port.js';

const { bundle, port } = workerData as { readonly bundle: string; readonly port: MessagePort };
const { href } = pathToFileURL(bundle);

const world = globalThis as Record<string, unknown>;
// Node loads these when they are first looked at, with its own Buffer.
for (const name of ['Headers', 'MessageEvent', 'WebSocket']) void world[name];
for (const name of ['process', 'Buffer', 'global', 'setImmediate', 'clearImmediate']) delete world[name];
const { setTimeout: nodeTimer } = globalThis;
// A browser's timers are numbers.
world['setTimeout'] = (...args: Parameters<typeof setTimeout>): number => Number(nodeTimer(...args));
world['page'] = { port: browserPort(port), report: (what: unknown) => parentPort?.postMessage(what) };

await import(href);
