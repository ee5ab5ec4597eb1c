// Makes a fresh clone ready: pnpm (fetched into .cache where there is none), dependencies, build. Cheap when nothing has changed.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache');
const windows = process.platform === 'win32';

if (Number(process.versions.node.split('.')[0]) < 20)
  throw new Error(`Node 20 or later is needed; this is ${process.version}`);
install();
run(process.execPath, [join(root, '.ci', 'build.mjs')]);

/** Installs when the lock file or a manifest has changed since the last time. */
function install() {
  const stamp = join(cache, 'installed');
  const now = digest();
  if (existsSync(join(root, 'node_modules')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  run(...pnpm(), ['install', '--frozen-lockfile']);
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, now);
}

function digest() {
  const hash = createHash('sha256').update(process.version);
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'package.json'));
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packages]) {
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** The command that is pnpm: the one on the path if it is recent, else one of our own; nothing is installed globally. */
function pnpm() {
  const found = spawnSync('pnpm', ['--version'], { encoding: 'utf8', shell: windows, cwd: root });
  if (found.status === 0 && Number(found.stdout.split('.')[0]) >= 12) return ['pnpm'];
  const home = join(cache, 'pnpm');
  const bin = join(home, 'node_modules', '.bin', windows ? 'pnpm.cmd' : 'pnpm');
  if (!existsSync(bin)) {
    mkdirSync(home, { recursive: true });
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', home, 'pnpm@12']);
  }
  return [bin];
}

function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: 'inherit', shell: windows });
}
