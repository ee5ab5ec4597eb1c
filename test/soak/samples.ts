import { existsSync, readdirSync } from 'node:fs';
import { mappedFiles } from '../blocking/kinds.js';
import { turn } from '../support/pair.js';

/** What this process holds at one moment. */
interface Sample {
  /** MiB in JavaScript's heap, and beside it in buffers. */
  readonly memory: number;
  readonly descriptors: number;
  /** Files of shared memory. */
  readonly mapped: number;
}

/** Part of the samples that is compared with the last such part; as many before it are not: code is compiled then, pools are filled. */
const part = 0.25;
/** Memory may differ by so many MiB, beside a tenth. */
const slack = 2;

/** Where the system tells what is open: Linux. */
const open = '/proc/self/fd';

const samples: Sample[] = [];

/** Takes a sample, and gives it as text. */
export async function takeSample(): Promise<string> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('a soak measures the heap: run node with --expose-gc');
  gc();
  await turn(); // what finalizers have to do
  gc();
  const { heapUsed, external } = process.memoryUsage();
  const memory = (heapUsed + external) / 2 ** 20;
  const descriptors = existsSync(open) ? readdirSync(open).length : 0;
  samples.push({ memory, descriptors, mapped: mappedFiles() ?? 0 });
  return `${memory.toFixed(1)} MiB, ${descriptors} descriptors`;
}

/** Says how the samples went, and throws if anything grew. */
export function judge(): string {
  const [memory, descriptors, mapped] = (['memory', 'descriptors', 'mapped'] as const).map(medians) as [
    Pair,
    Pair,
    Pair,
  ];
  const text =
    `memory ${memory[0].toFixed(1)} to ${memory[1].toFixed(1)} MiB, ` +
    `descriptors ${descriptors.join(' to ')}, shared files ${mapped.join(' to ')}`;
  if (memory[1] > 1.1 * memory[0] + slack) throw new Error(`memory grows: ${text}`);
  if (descriptors[1] > descriptors[0]) throw new Error(`descriptors are left open: ${text}`);
  if (mapped[1] > mapped[0]) throw new Error(`shared memory stays mapped: ${text}`);
  return text;
}

type Pair = readonly [before: number, after: number];

/** The middle of the samples of the part that is compared, and of the last part. */
function medians(what: keyof Sample): Pair {
  const size = Math.floor(samples.length * part);
  const middle = (some: readonly Sample[]): number =>
    some.map((one) => one[what]).toSorted((a, b) => a - b)[some.length >> 1] as number;
  return [middle(samples.slice(size, 2 * size)), middle(samples.slice(-size))];
}
