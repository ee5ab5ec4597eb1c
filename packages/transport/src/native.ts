/**
 * The system calls that Node does not offer; the sole importer of koffi. Loaded at the first use, because that takes some ten
 * milliseconds, and only on Linux and macOS.
 */
import { createRequire } from 'node:module';

type Koffi = typeof import('koffi');

/** What waits for input is polled for, and whether it can be written to as well. */
export interface Polled {
  readonly fd: number;
  readonly output: boolean;
}

export interface Native {
  /** Sleeps until one of the descriptors has something, or its other end is gone, or `milliseconds` passed. */
  poll(descriptors: readonly Polled[], milliseconds: number): void;
  /** Lets whatever else wants this processor go first. */
  giveWay(): void;
  /** Bytes received, 0 at the end of the stream, -1 when there is nothing now. Never sleeps; a broken stream is at its end. */
  receive(fd: number, into: Uint8Array): number;
  /** Sends one byte; whether there was room or anybody left does not matter. */
  ring(fd: number): void;
  /** Maps a file into memory, after its pages were reserved. Throws an Error that names the call. */
  map(fd: number, bytes: number): Mapping;
}

export interface Mapping {
  /** Must not be touched after `unmap`. */
  readonly memory: ArrayBuffer;
  unmap(): void;
}

const mac = process.platform === 'darwin';
const POLLIN = 1;
const POLLOUT = 4;
const DONTWAIT = mac ? 0x80 : 0x40;
const NOSIGNAL = mac ? 0 : 0x4000;
const EINTR = 4;
const EAGAIN = mac ? 35 : 11;
const READ_WRITE = 3;
const SHARED = 1;

let loaded: Native | undefined | false;

/** The system calls; undefined where they cannot be had: then everything works without, more slowly. */
export function native(): Native | undefined {
  if (loaded === undefined) loaded = load() ?? false;
  return loaded === false ? undefined : loaded;
}

function load(): Native | undefined {
  if (process.env['REMOTEOBJ_NATIVE'] === 'off') return undefined;
  if (process.platform !== 'linux' && !mac) return undefined;
  try {
    return bind(createRequire(import.meta.url)('koffi') as Koffi);
  } catch {
    return undefined; // not installed, or not made for this machine
  }
}

function bind(koffi: Koffi): Native {
  const c = koffi.load(null);
  const poll = c.func('int poll(void *fds, unsigned long n, int timeout)');
  const recv = c.func('intptr_t recv(int fd, void *into, size_t size, int flags)');
  const send = c.func('intptr_t send(int fd, const void *bytes, size_t size, int flags)');
  const schedYield = c.func('int sched_yield()');
  const mmap = c.func('void *mmap(void *at, size_t size, int protection, int flags, int fd, int64_t offset)');
  const munmap = c.func('int munmap(void *at, size_t size)');
  const reserve = mac ? undefined : c.func('int posix_fallocate(int fd, int64_t offset, int64_t size)');
  const byte = new Uint8Array([1]);
  let entries = new Int32Array(2);
  return {
    poll(descriptors, milliseconds) {
      if (entries.length < 2 * descriptors.length) entries = new Int32Array(4 * descriptors.length);
      descriptors.forEach(({ fd, output }, i) => {
        entries[2 * i] = fd;
        entries[2 * i + 1] = output ? POLLIN | POLLOUT : POLLIN; // low half: events wanted; high half: events found
      });
      poll(entries, descriptors.length, Math.ceil(milliseconds)); // a signal ends it early, which does no harm
    },
    giveWay: () => void schedYield(),
    receive(fd, into) {
      const count = Number(recv(fd, into, into.byteLength, DONTWAIT));
      if (count >= 0) return count;
      const error = koffi.errno();
      return error === EAGAIN || error === EINTR ? -1 : 0;
    },
    ring: (fd) => void send(fd, byte, 1, DONTWAIT | NOSIGNAL),
    map(fd, bytes) {
      const failed: number = reserve?.(fd, 0, bytes) ?? 0;
      // Memory that cannot be had must fail here: touching it later would kill the process.
      if (failed !== 0) throw new Error(`posix_fallocate failed with error ${failed}`);
      const at: unknown = mmap(null, bytes, READ_WRITE, SHARED, fd, 0);
      if (BigInt.asIntN(64, BigInt(koffi.address(at))) === -1n)
        throw new Error(`mmap failed with error ${koffi.errno()}`);
      return { memory: koffi.view(at, bytes), unmap: () => void munmap(at, bytes) };
    },
  };
}
