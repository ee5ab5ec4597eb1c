import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { pool } from 'remoteobj';
import type { Picture } from './mandelbrot.js';

const picture: Picture = { width: 960, height: 640, centre: [-0.7436, 0.1318], extent: 0.012, steps: 300 };
const rows = 8;

// One worker for each processor, started as they are needed.
await using workers = pool<typeof import('./mandelbrot.js')>(new URL('./mandelbrot.js', import.meta.url));

const firstRows = Array.from({ length: picture.height / rows }, (_, band) => band * rows);
const bands = workers.map((firstRow) => workers.remote.render(picture, firstRow, rows), firstRows, { progress: true });

const data = new Uint8Array(3 * picture.width * picture.height);
let filled = 0;
for await (const band of bands) {
  data.set(band, filled); // in the order of the rows, whichever was finished first
  filled += band.length;
}
console.log(`${firstRows.length} bands of ${rows} rows, ${filled} bytes`);

const { width, height } = picture;
const png = encode({ width, height, data, channels: 3 });
writeFileSync(process.argv[2] ?? join(tmpdir(), 'mandelbrot.png'), png);
console.log(`a picture of ${width} by ${height}`);
console.log(`checksum of its pixels: ${createHash('sha256').update(data).digest('hex')}`);
console.log(`checksum of the file: ${createHash('sha256').update(png).digest('hex')}`);
