import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** What the guard looks up on the disk itself. Synchronous, bounded, and without an answer where nothing can be told. */
export interface Disk {
  /** A small text file; undefined where it is missing, too large, or not to be looked at. */
  readFile(path: string): string | undefined;
  /** Where an absolute path leads once links are followed, as far as it is there; the path itself where that is unknown. */
  realPath(path: string): string;
}

/** A project file that a command runs is followed up to this size, in bytes. */
const maximumFile = 64 * 1024;
/** More links one after the other than any system follows. */
const maximumLinks = 40;

export const realDisk: Disk = { readFile: readSmallFile, realPath };

function readSmallFile(file: string): string | undefined {
  try {
    const stat = statSync(file);
    return stat.isFile() && stat.size <= maximumFile ? readFileSync(file, 'utf8') : undefined;
  } catch {
    // Not there, below what is no folder, or nobody may look: in every case there is nothing to follow.
    return undefined;
  }
}

function realPath(wanted: string): string {
  let at = wanted;
  const below: string[] = [];
  for (let links = 0; links < maximumLinks; ) {
    try {
      return path.join(realpathSync(at), ...below);
    } catch {
      const target = linkTarget(at);
      if (target === undefined) {
        const parent = path.dirname(at);
        if (parent === at) return wanted;
        below.unshift(path.basename(at));
        at = parent;
      } else {
        // A link to what is not there yet: whoever writes makes it.
        at = path.resolve(path.dirname(at), target);
        links += 1;
      }
    }
  }
  return wanted;
}

function linkTarget(file: string): string | undefined {
  try {
    return lstatSync(file).isSymbolicLink() ? readlinkSync(file) : undefined;
  } catch {
    return undefined;
  }
}
