/** Drawing a QR code with its name below, for print: as SVG, and as PNG of 1,240 points a side, 10.5 cm at 300 dpi. */
const QUIET = 4;
const SIDE = 1240;
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
/** Letters of the name are this part of the picture's width; a line has room for so many Chinese characters. */
const LETTER = 0.06;
const LINE = 15;

interface Plan {
  /** Squares along a side, the quiet zone included. */
  side: number;
  lines: string[];
  /** Height in squares, the name included. */
  height: number;
  letter: number;
}

function plan(squares: string[], name: string): Plan {
  const side = squares.length + 2 * QUIET;
  const letters = [...name];
  const lines: string[] = [];
  while (letters.length > 0) lines.push(letters.splice(0, LINE).join(''));
  const letter = side * LETTER;
  return { side, lines, height: side + lines.length * letter * 1.4 + letter * 0.6, letter };
}

function baseline(drawn: Plan, n: number): number {
  return drawn.side + drawn.letter * (0.9 + n * 1.4) - QUIET / 2;
}

function dark(squares: string[]): [number, number][] {
  return squares.flatMap((row, y) => [...row].flatMap((mark, x): [number, number][] => (mark === '1' ? [[x + QUIET, y + QUIET]] : [])));
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

export function svgOf(squares: string[], name: string): string {
  const drawn = plan(squares, name);
  const path = dark(squares).map(([x, y]) => `M${x} ${y}h1v1h-1z`).join('');
  const text = drawn.lines.map(
    (line, n) =>
      `<text x="${drawn.side / 2}" y="${baseline(drawn, n).toFixed(2)}" font-size="${drawn.letter.toFixed(2)}" text-anchor="middle" font-family='${FONT}'>${escaped(line)}</text>`,
  );
  const size = `viewBox="0 0 ${drawn.side} ${drawn.height.toFixed(2)}" width="105mm" height="${((105 * drawn.height) / drawn.side).toFixed(1)}mm"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="100%" height="100%" fill="#fff"/><path d="${path}" fill="#000"/>${text.join('')}</svg>\n`;
}

/** Whole points for every square, so that edges stay sharp. */
export function pngOf(squares: string[], name: string): Promise<Blob> {
  const drawn = plan(squares, name);
  const scale = Math.ceil(SIDE / drawn.side);
  const canvas = document.createElement('canvas');
  canvas.width = drawn.side * scale;
  canvas.height = Math.ceil(drawn.height * scale);
  const pen = canvas.getContext('2d');
  if (!pen) return Promise.reject(new TypeError('no canvas'));
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#000';
  for (const [x, y] of dark(squares)) pen.fillRect(x * scale, y * scale, scale, scale);
  pen.font = `${drawn.letter * scale}px ${FONT}`;
  pen.textAlign = 'center';
  drawn.lines.forEach((line, n) => pen.fillText(line, canvas.width / 2, baseline(drawn, n) * scale));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new TypeError('no picture'))), 'image/png');
  });
}
