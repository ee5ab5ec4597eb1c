import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { pipeline, PipelineError, remoteModule } from 'remoteobj';
import { make, type Order, type Picture } from './picture.js';

const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
const elsewhere = remoteModule<typeof import('./picture.js')>(new URL('./picture.js', import.meta.url));
const orders: Order[] = ['dawn', 'noon', 'dusk', 'night'].map((name, i) => ({ name, hue: 80 * i }));
const withBroken: Order[] = [...orders.slice(0, 2), { name: 'broken', hue: 0 }, ...orders.slice(2)];

const stages = [
  { name: 'make', fn: make, workers: 2 }, // here
  { name: 'resize', fn: elsewhere.resize, workers: 2 }, // in two processes
  { name: 'write', fn: write, workers: 2, queueSize: 4 }, // here again
] as const;

console.log('— results in the order of the items —');
const pictures = pipeline(stages, { ordered: true });
for await (const path of pictures.feed(orders)) console.log(await look(path));
for (const { name, done, workers } of pictures.stats().stages)
  console.log(`${name}: ${done} done by ${workers} workers`);

console.log('— an error stops it —');
try {
  for await (const path of pipeline(stages).feed(withBroken)) await look(path); // how many come before it depends on who was quicker
} catch (error) {
  if (!(error instanceof PipelineError)) throw error;
  console.log(error.message);
  console.log(`stage: ${error.stage}, picture: ${(error.item as Picture).name}, cause: ${String(error.cause)}`);
}

console.log('— or is collected —');
const tolerant = pipeline(stages, { ordered: true, onError: 'collect' });
for await (const path of tolerant.feed(withBroken)) console.log(await look(path));
console.log(`errors of resize: ${tolerant.errors.group('resize').length}`);

await rm(folder, { recursive: true });

async function write(picture: Picture): Promise<string> {
  const path = join(folder, `${picture.name}.png`);
  const { width, height, pixels } = picture;
  await writeFile(path, encode({ width, height, data: pixels, channels: 3 }));
  return path;
}

/** What is in the file. */
async function look(path: string): Promise<string> {
  const { width, height, channels, data } = decode(await readFile(path));
  const last = data.slice(-channels).join(', ');
  return `${path.slice(folder.length + 1)}: ${width} × ${height}, red, green and blue of the last pixel ${last}`;
}
