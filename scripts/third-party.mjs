import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The notices that the licences of others ask for: name, version and licence text of every package of which something
 * is shipped.
 * @param {string} root The repository.
 * @param {Iterable<string>} files Paths below it of everything that went into a bundle or beside it.
 */
export async function thirdPartyNotices(root, files) {
  const packages = new Set();
  for (const file of files) {
    const name = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/'))?.[0];
    if (name !== undefined) packages.add(name);
  }
  const notices = await Promise.all([...packages].sort().map(name => notice(join(root, name))));
  return `Interlock contains the following software, each under its own licence.\n\n${notices.join('\n')}`;
}

/** @param {string} folder */
async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const texts = (await readdir(folder)).filter(file => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const bodies = await Promise.all(texts.map(file => readFile(join(folder, file), 'utf8')));
  const line = '-'.repeat(80);
  return `${line}\n${name} ${version} (${license})\n${line}\n\n${bodies.map(body => body.trim()).join('\n\n')}\n`;
}
