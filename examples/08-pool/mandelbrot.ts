/** Part of the complex plane, and how finely it is looked at. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** The point in the middle. */
  readonly centre: readonly [real: number, imaginary: number];
  /** How much of the real axis it shows. */
  readonly extent: number;
  /** Steps after which a point counts as one of the set. */
  readonly steps: number;
}

/** Renders some rows of a picture: three bytes a pixel, each the mean of four points. */
export function render(picture: Picture, firstRow: number, rows: number): Uint8Array {
  const pixels = new Uint8Array(3 * picture.width * rows);
  let at = 0;
  for (let y = firstRow; y < firstRow + rows; y++) {
    for (let x = 0; x < picture.width; x++) {
      const corners = [-0.25, 0.25].flatMap((dy) => [-0.25, 0.25].map((dx) => colour(picture, x + dx, y + dy)));
      for (let channel = 0; channel < 3; channel++) {
        pixels[at++] = corners.reduce((sum, rgb) => sum + (rgb[channel] as number), 0) / corners.length;
      }
    }
  }
  return pixels;
}

/** Black within the set; outside, the brighter the longer a point takes to run away. */
function colour({ width, height, centre, extent, steps }: Picture, x: number, y: number): number[] {
  const scale = extent / width;
  const t = escape(centre[0] + (x - width / 2) * scale, centre[1] + (y - height / 2) * scale, steps) / steps;
  const u = 1 - t;
  return [9 * u * t * t * t, 15 * u * u * t * t, 8.5 * u * u * u * t].map((part) => 255 * part);
}

/** Steps until z² + c is farther than 2 from zero. */
function escape(real: number, imaginary: number, most: number): number {
  let a = 0;
  let b = 0;
  for (let step = 0; step < most; step++) {
    const aa = a * a;
    const bb = b * b;
    if (aa + bb > 4) return step;
    b = 2 * a * b + imaginary;
    a = aa - bb + real;
  }
  return most;
}
