/** Runs one test file: `node main.ts <file>`. */
import { pathToFileURL } from 'node:url';
import { run, takeUnhandled } from './suite.js';

process.on('unhandledRejection', (error) => {
  if (takeUnhandled(error)) return;
  console.error('an unhandled rejection fails this file:', error);
  process.exitCode = 1;
  unhandled = true;
});
process.on('exit', () => {
  if (unhandled) process.exitCode = 1;
});
let unhandled = false;

await import(pathToFileURL(process.argv[2] as string).href);
run();
