// A ThumbHash decoded (the format by Evan Wallace: a few cosine waves of
// lightness, yellow-blue, red-green and, where there is any, transparency).

export interface Image {
  width: number;
  height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

// decode gives a small image, at most 32 pixels wide and high; null for what
// is no hash.
export function decode(hash: Uint8Array): Image | null {
  if (hash.length < 5) return null;
  const at = (i: number): number => hash[i] ?? 0;
  const head = at(0) | (at(1) << 8) | (at(2) << 16);
  const flags = at(3) | (at(4) << 8);
  const transparent = head >> 23 === 1;
  const landscape = flags >> 15 === 1;
  const lightScale = ((head >> 18) & 31) / 31;
  const blueScale = ((flags >> 3) & 63) / 63;
  const redScale = ((flags >> 9) & 63) / 63;
  const long = transparent ? 5 : 7;
  const waves = flags & 7;
  const nx = Math.max(3, landscape ? long : waves);
  const ny = Math.max(3, landscape ? waves : long);
  const start = transparent ? 6 : 5;
  if (transparent && hash.length < 6) return null;

  let nibble = 0;
  const channel = (mean: number, scale: number, nx: number, ny: number): Channel => {
    const ac: number[] = [];
    for (let y = 0; y < ny; y++) {
      for (let x = y ? 0 : 1; x * ny < nx * (ny - y); x++) {
        const four = (at(start + (nibble >> 1)) >> ((nibble & 1) << 2)) & 15;
        nibble++;
        ac.push((four / 7.5 - 1) * scale);
      }
    }
    return { mean, ac, nx, ny };
  };
  const l = channel((head & 63) / 63, lightScale, nx, ny);
  const p = channel(((head >> 6) & 63) / 31.5 - 1, blueScale * 1.25, 3, 3);
  const q = channel(((head >> 12) & 63) / 31.5 - 1, redScale * 1.25, 3, 3);
  const a = transparent ? channel((at(5) & 15) / 15, (at(5) >> 4) / 15, 5, 5) : null;

  const ratio = aspect(hash);
  const width = Math.max(1, Math.round(ratio > 1 ? 32 : 32 * ratio));
  const height = Math.max(1, Math.round(ratio > 1 ? 32 / ratio : 32));
  const rgba = new Uint8ClampedArray(width * height * 4);
  const columns = Array.from({ length: width }, (_, x) => cosines(7, x, width));
  for (let y = 0, i = 0; y < height; y++) {
    const cy = cosines(7, y, height);
    for (const cx of columns) {
      const light = value(l, cx, cy), yb = value(p, cx, cy), rg = value(q, cx, cy);
      const blue = light - (2 / 3) * yb;
      const red = (3 * light - blue + rg) / 2;
      rgba[i] = 255 * red;
      rgba[i + 1] = 255 * (red - rg);
      rgba[i + 2] = 255 * blue;
      rgba[i + 3] = a ? 255 * value(a, cx, cy) : 255;
      i += 4;
    }
  }
  return { width, height, rgba };
}

interface Channel {
  mean: number;
  ac: number[];
  nx: number;
  ny: number;
}

function cosines(n: number, at: number, size: number): number[] {
  return Array.from({ length: n }, (_, k) => Math.cos((Math.PI / size) * (at + 0.5) * k));
}

function value(c: Channel, cx: number[], cy: number[]): number {
  let v = c.mean, i = 0;
  for (let y = 0; y < c.ny; y++) {
    const fy = (cy[y] ?? 0) * 2;
    for (let x = y ? 0 : 1; x * c.ny < c.nx * (c.ny - y); x++, i++) v += (c.ac[i] ?? 0) * (cx[x] ?? 0) * fy;
  }
  return v;
}

function aspect(hash: Uint8Array): number {
  const head = hash[3] ?? 0, transparent = ((hash[2] ?? 0) & 0x80) !== 0, landscape = ((hash[4] ?? 0) & 0x80) !== 0;
  const long = transparent ? 5 : 7, short = head & 7;
  return landscape ? long / short : short / long;
}

// paint draws a hash, as the API sends it, into a canvas.
export function paint(canvas: HTMLCanvasElement, base64: string): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  let image: Image | null = null;
  try {
    image = decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
  } catch {
    // no base64: nothing to show
  }
  if (!image) {
    context.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  canvas.width = image.width;
  canvas.height = image.height;
  context.putImageData(new ImageData(image.rgba, image.width, image.height), 0, 0);
}
