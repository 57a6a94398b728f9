import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { parseTar } from 'nanotar';
import { installOnce } from './install-once.ts';
import { browserFolder, plainEnvironment, systemChromium } from './machine.ts';

export interface Chromium {
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
}

const unpacked = path.join(browserFolder, 'node_modules/.unpacked');

/** The fonts that come with the browser, and the system's if there are any. */
const fontSettings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** The browser that suites drive: the system's, or the one that `installChromium` got. */
export function chromium(): Chromium {
  const system = systemChromium();
  if (system !== undefined) return { program: system, environment: plainEnvironment };
  const program = path.join(unpacked, 'chromium');
  if (!existsSync(program)) {
    throw new Error(
      'No Chromium was found: install one, or name its program in the environment variable CHROMIUM.',
    );
  }
  const environment = {
    ...plainEnvironment,
    LD_LIBRARY_PATH: path.join(unpacked, 'lib'),
    FONTCONFIG_PATH: unpacked,
  };
  return { program, environment };
}

/** Where the system has no Chromium, gets a headless one from npm, with the libraries and the font it needs. */
export async function installChromium(say: (line: string) => void): Promise<void> {
  if (systemChromium() !== undefined) return;
  await installOnce(browserFolder, async modules => {
    say('The system has no Chromium; installing one from npm, once …');
    const packed = path.join(modules, '@sparticuz/chromium/bin');
    const target = path.join(modules, '.unpacked');
    await mkdir(target, { recursive: true });
    await writeFile(path.join(target, 'chromium'), await decompress(path.join(packed, 'chromium.br')), {
      mode: 0o755,
    });
    await unpack(path.join(packed, 'al2023.tar.br'), target);
    await unpack(path.join(packed, 'fonts.tar.br'), target);
    await writeFile(path.join(target, 'fonts.conf'), fontSettings);
  });
}

async function unpack(archive: string, folder: string): Promise<void> {
  for (const { name, type, data } of parseTar(await decompress(archive))) {
    const at = path.join(folder, name);
    if (type === 'directory') await mkdir(at, { recursive: true });
    if (data === undefined || type !== 'file') continue;
    await mkdir(path.dirname(at), { recursive: true });
    await writeFile(at, data, { mode: 0o755 });
  }
}

async function decompress(file: string): Promise<Buffer> {
  return promisify(brotliDecompress)(await readFile(file));
}
