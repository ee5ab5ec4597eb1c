import { closeSync, fstatSync, ftruncateSync, openSync, unlinkSync } from 'node:fs';
import { native, type Mapping } from './native.js';
import { pairBytes } from './ring-link.js';

/**
 * A file without a name, to be handed to a child as an open descriptor and mapped by both sides; undefined where there can be none.
 *
 * It is a file in memory (Linux) or in the folder for temporary files, the name of which is taken away at once. That takes no system calls
 * that would have to be loaded first, which starting a child does not wait for.
 */
export function openSharedFile(): number | undefined {
  if (process.platform !== 'linux' && process.platform !== 'darwin') return undefined;
  let fd: number | undefined;
  try {
    fd = openNameless(process.platform === 'linux' ? '/dev/shm' : (process.env['TMPDIR'] ?? '/tmp'));
    ftruncateSync(fd, pairBytes);
    return fd;
  } catch {
    if (fd !== undefined) closeSync(fd);
    return undefined;
  }
}

/** Maps such a file, and closes it; undefined where that cannot be done. */
export function mapSharedFile(fd: number): Mapping | undefined {
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size !== pairBytes) return undefined;
    return native()?.map(fd, pairBytes);
  } catch {
    return undefined;
  } finally {
    closeQuietly(fd);
  }
}

export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {} // it was no descriptor
}

function openNameless(folder: string): number {
  const path = `${folder}/remoteobj-${crypto.randomUUID()}`;
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}
