import { openDriver, type Driver, type Times } from './driver.js';

/** A picture and when it was taken. */
export interface Picture extends Times {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** An ordinary blocking class, as one would write it around the library. */
export class Camera {
  static readonly model = 'Imaginary 2';
  readonly #driver: Driver;

  constructor(library?: string) {
    this.#driver = openDriver(library);
  }

  get gain(): number {
    return this.#driver.settings.gain;
  }

  set gain(gain: number) {
    this.#driver.configure(gain);
  }

  get status(): string {
    return `${this.#driver.taken} pictures taken`;
  }

  /** Blocks until the exposure is over. */
  snap(milliseconds: number): Picture {
    const { width, height } = this.#driver.settings;
    const pixels = new Uint8Array(width * height);
    return { ...this.#driver.snap(milliseconds, pixels), width, height, pixels };
  }
}

/** The analog-out card. */
export class Card {
  readonly #driver: Driver;

  constructor(library?: string) {
    this.#driver = openDriver(library);
  }

  /** Fires after `delay` milliseconds, and tells when that was. */
  fire(volts: number, delay: number): Promise<number> {
    return this.#driver.fire(volts, delay);
  }
}
