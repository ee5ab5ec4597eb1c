import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Builds the library into a folder; undefined: there is no compiler here. */
export async function buildLibrary(folder: string): Promise<string | undefined> {
  const source = fileURLToPath(new URL('hardware.c', import.meta.url));
  const library = join(folder, 'hardware.so');
  try {
    await promisify(execFile)('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-o', library, source, '-lpthread']);
    return library;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    console.error('no compiler (cc) here: the devices are stand-ins made of usleep');
    return undefined;
  }
}
