/** Pixels, three bytes each: red, green, blue. */
export interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** What a picture is to show. */
export interface Order {
  readonly name: string;
  readonly hue: number;
}

/** Draws a sky with a gradient; stands for a download. */
export async function make({ name, hue }: Order): Promise<Picture> {
  const [width, height] = [320, 240];
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      pixels[at] = (x * 255) / width;
      pixels[at + 1] = (y * 255) / height;
      pixels[at + 2] = hue;
    }
  }
  return { name, width, height, pixels };
}

/** Makes it four times smaller; each new pixel is the mean of those that it stands for. Runs in the workers. */
export function resize(picture: Picture): Picture {
  const by = 4;
  if (picture.name === 'broken') throw new RangeError('this picture cannot be read');
  const [width, height] = [picture.width / by, picture.height / by];
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at++) {
    const [x, y, channel] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width), at % 3];
    let sum = 0;
    for (let i = 0; i < by * by; i++) {
      const [fromX, fromY] = [x * by + (i % by), y * by + Math.floor(i / by)];
      sum += picture.pixels[(fromY * picture.width + fromX) * 3 + channel] as number;
    }
    pixels[at] = sum / (by * by);
  }
  return { name: picture.name, width, height, pixels };
}
