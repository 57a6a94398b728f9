import { diskFamily } from './disks.ts';
import { fileFamily } from './files.ts';
import { findFamily } from './find.ts';
import { gitFamily } from './git.ts';
import { networkFamily } from './network.ts';
import { plainFamily } from './plain.ts';
import { shellFamily } from './shells.ts';
import type { Family, Tool } from './tool.ts';
import { wrapperFamily } from './wrappers.ts';

/** All families. Adding a tool is adding it to its family's file, or a file to this list. */
const families: readonly Family[] = [
  plainFamily,
  networkFamily,
  fileFamily,
  diskFamily,
  findFamily,
  gitFamily,
  wrapperFamily,
  shellFamily,
];

const tools = new Map<string, Tool>(families.flatMap(family => Object.entries(family)));

/** What is known about a command word, in lower case and without path or extension. */
export function toolNamed(name: string): Tool | undefined {
  return tools.get(name);
}
