import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A module with the given source, for the time of `use`; for sources that no compiler and no linter would accept. */
export async function withModule(file: string, source: string, use: (url: URL) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'remoteobj-'));
  try {
    writeFileSync(join(folder, file), source);
    await use(pathToFileURL(join(folder, file)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
