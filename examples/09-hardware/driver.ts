/** The only file that knows of native code. It is imported by the processes that own the devices, never by the program. */
import koffi from 'koffi';

/** When something began and ended, in milliseconds since 1970. */
export interface Times {
  began: number;
  ended: number;
}

/** What both devices can do. */
export interface Driver {
  /** Blocks until the exposure is over. */
  snap(milliseconds: number, pixels: Uint8Array): Times;
  /** Resolves with the time when the card has fired. */
  fire(volts: number, delay: number): Promise<number>;
  configure(gain: number): void;
  readonly settings: { readonly gain: number; readonly width: number; readonly height: number };
  /** Pictures taken. */
  readonly taken: number;
}

/** A device said no. */
class HardwareError extends Error {
  override readonly name = 'HardwareError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The driver for a built library; without one, a stand-in made of the C library's `usleep`. */
export function openDriver(library: string | undefined): Driver {
  return library === undefined ? standIn() : driver(library);
}

function driver(path: string): Driver {
  const library = koffi.load(path);
  koffi.struct('camera_settings', { gain: 'int', width: 'int', height: 'int' });
  koffi.struct('camera_times', { began: 'double', ended: 'double' });
  koffi.proto('void card_fired(double volts, double at)');
  const explain = library.func('const char *hardware_error(int code)');
  const configure = library.func('int camera_configure(int gain)');
  const getSettings = library.func('void camera_get_settings(_Out_ camera_settings *settings)');
  const status = library.func('int camera_status()');
  const snap = library.func('int camera_snap(int milliseconds, _Out_ uint8_t *pixels, _Out_ camera_times *times)');
  const fire = library.func('int card_fire(double volts, int delay, card_fired *fired)');
  const check = (code: number): void => {
    if (code !== 0) throw new HardwareError(code, explain(code) as string);
  };
  return {
    configure: (gain) => check(configure(gain) as number),
    get settings() {
      const settings = { gain: 0, width: 0, height: 0 };
      getSettings(settings);
      return settings;
    },
    get taken() {
      return status() as number;
    },
    snap(milliseconds, pixels) {
      const times: Times = { began: 0, ended: 0 };
      check(snap(milliseconds, pixels, times) as number);
      return times;
    },
    fire: (volts, delay) =>
      new Promise((resolve, reject) => {
        // Called from the card's thread; koffi brings it to this one.
        const fired = koffi.register((_volts: number, at: number) => {
          setImmediate(() => koffi.unregister(fired)); // not while it runs
          resolve(at);
        }, 'card_fired *');
        try {
          check(fire(volts, delay, fired) as number);
        } catch (error) {
          koffi.unregister(fired);
          reject(error as Error);
        }
      }),
  };
}

/** The same, where no compiler is: time is spent in native code as well, so it blocks in the same way. */
function standIn(): Driver {
  const usleep = koffi.load(null).func('int usleep(unsigned int microseconds)');
  const settings = { gain: 1, width: 64, height: 48 };
  let taken = 0;
  return {
    settings,
    get taken() {
      return taken;
    },
    configure(gain) {
      if (gain < 1 || gain > 16) throw new HardwareError(-1, 'the gain must be from 1 to 16');
      settings.gain = gain;
    },
    snap(milliseconds, pixels) {
      if (milliseconds < 1 || milliseconds > 10_000)
        throw new HardwareError(-2, 'an exposure takes from 1 to 10000 ms');
      const began = Date.now();
      for (let left = milliseconds; left > 0; left -= 500) usleep(Math.min(left, 500) * 1000);
      for (let i = 0; i < pixels.length; i++) pixels[i] = (i % settings.width) * settings.gain;
      taken++;
      return { began, ended: Date.now() };
    },
    fire: (_volts, delay) =>
      new Promise((resolve, reject) => {
        // On a thread of libuv's, as the card would do it on its own.
        usleep.async(delay * 1000, (error: Error | null) => (error === null ? resolve(Date.now()) : reject(error)));
      }),
  };
}
