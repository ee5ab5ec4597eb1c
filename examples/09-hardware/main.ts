import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { nonBlocking, remoteModule } from 'remoteobj';
import { buildLibrary } from './build.js';
import type { Picture } from './devices.js';

const folder = await mkdtemp(join(tmpdir(), 'hardware-'));
const library = await buildLibrary(folder);
const devices = remoteModule<typeof import('./devices.js')>(new URL('./devices.js', import.meta.url));

/** The camera's own process has a picture to take; this one only counts them. */
class CountingCamera extends nonBlocking(devices.Camera, { methods: ['snap'] }) {
  asked = 0;
  override readonly nb_snap = async (milliseconds: number): Promise<Picture> => {
    this.asked++;
    return super.nb_snap(milliseconds);
  };
}
const Card = nonBlocking(devices.Card, { methods: ['fire'] });

const camera = new CountingCamera(library); // at once; its process starts
const card = new Card(library);

console.log('— like the real object —');
camera.gain = 4; // blocks until it is done over there
console.log(`${CountingCamera.model}, gain ${camera.gain}, ${camera.status}`);
console.log(`the card is ready: ${(await card.nb_fire(0, 0)) > 0}`);

console.log('— and without blocking —');
const { picture, shots, pause } = await undisturbed(20);
const timeline: readonly (readonly [at: number, what: string])[] = [
  [picture.began, 'the exposure begins'],
  ...shots.map(({ volts, at }) => [at, `  the card fires, ${volts} V`] as const),
  [picture.ended, 'the exposure ends'],
];
for (const [, what] of timeline.toSorted(([a], [b]) => a - b)) console.log(what);
console.log(`a picture of ${picture.width} × ${picture.height}, the brightest pixel is ${Math.max(...picture.pixels)}`);
console.log(`longest pause of this process's event loop: ${pause < 20 ? 'under 20 ms' : `${Math.round(pause)} ms`}`);
console.log(`all that it was asked for: ${camera.status === `${camera.asked} pictures taken`}`);

console.log('— errors —');
await camera.nb_snap(99_999).catch((error: Error) => console.log(`nb_snap: ${error.name}: ${error.message}`));
try {
  camera.gain = 99;
} catch (error) {
  console.log(`gain: ${(error as Error).name}: ${(error as Error).message}`);
}

await Promise.all([camera.close(), card.close()]);
await rm(folder, { recursive: true });

interface Exposure {
  readonly picture: Picture;
  readonly shots: readonly { readonly volts: number; readonly at: number }[];
  /** Milliseconds. */
  readonly pause: number;
}

/** Tries again while other programs on this machine hold up this process; if an exposure did, each one would. */
async function undisturbed(times: number): Promise<Exposure> {
  const exposure = await expose();
  return exposure.pause < 20 || times === 1 ? exposure : undisturbed(times - 1);
}

/** Takes a picture; the card fires twice meanwhile. */
async function expose(): Promise<Exposure> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const exposing = camera.nb_snap(500);
  const firing = [2.5, 1.5].map(async (volts) => ({ volts, at: await card.nb_fire(volts, 100) }));
  const [picture, ...shots] = await Promise.all([exposing, ...firing]);
  delays.disable();
  return { picture, shots, pause: delays.max / 1e6 };
}
