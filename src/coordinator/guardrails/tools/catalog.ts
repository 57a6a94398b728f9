import type { ShellName } from '../shell/reading.ts';
import { archiveFamily } from './families/archives.ts';
import { brokerFamily } from './families/brokers.ts';
import { cloudFamily } from './families/clouds.ts';
import { containerFamily } from './families/containers.ts';
import { contentSystemFamily } from './families/content-systems.ts';
import { databaseFamily } from './families/databases.ts';
import { diskFamily } from './families/disks.ts';
import { fileFamily } from './families/files.ts';
import { findFamily } from './families/find.ts';
import { gitFamily } from './families/git.ts';
import { hostingFamily } from './families/hosting.ts';
import { infrastructureFamily } from './families/infrastructure.ts';
import { interlockFamily } from './families/interlock.ts';
import { interpreterFamily } from './families/interpreters.ts';
import { kubernetesFamily } from './families/kubernetes.ts';
import { makeFamily } from './families/make.ts';
import { migrationFamily } from './families/migrations.ts';
import { networkFamily } from './families/network.ts';
import { openSessionFamily } from './families/open-sessions.ts';
import { otherVersionControlFamily } from './families/other-version-control.ts';
import { packageFamily } from './families/packages.ts';
import { passwordStoreFamily } from './families/password-stores.ts';
import { patchFamily } from './families/patches.ts';
import { permissionFamily } from './families/permissions.ts';
import { plainFamily } from './families/plain.ts';
import { powershellFamily } from './families/powershell.ts';
import { powershellHosts } from './families/powershell-host.ts';
import { cmdletByVerb } from './families/powershell-verbs.ts';
import { publishingFamily } from './families/publishing.ts';
import { readerFamily } from './families/readers.ts';
import { redisFamily } from './families/redis.ts';
import { shellFamily } from './families/shells.ts';
import { systemFamily } from './families/system.ts';
import { terminalFamily } from './families/terminals.ts';
import { windowsFamily } from './families/windows.ts';
import { wrapperFamily } from './families/wrappers.ts';
import type { Family, Tool } from './tool.ts';

/** All families; a later one wins where two know the same word. Adding a tool is adding it to a family, or a file to this list. */
const families: readonly Family[] = [
  plainFamily,
  readerFamily,
  archiveFamily,
  windowsFamily,
  systemFamily,
  terminalFamily,
  permissionFamily,
  passwordStoreFamily,
  packageFamily,
  publishingFamily,
  makeFamily,
  interpreterFamily,
  databaseFamily,
  redisFamily,
  brokerFamily,
  contentSystemFamily,
  migrationFamily,
  infrastructureFamily,
  cloudFamily,
  hostingFamily,
  kubernetesFamily,
  containerFamily,
  networkFamily,
  fileFamily,
  diskFamily,
  findFamily,
  patchFamily,
  gitFamily,
  otherVersionControlFamily,
  wrapperFamily,
  shellFamily,
  openSessionFamily,
  powershellHosts,
  interlockFamily,
];

const cmdlets = new Map<string, Tool>(Object.entries(powershellFamily));
const tools = new Map<string, Tool>(families.flatMap(family => Object.entries(family)));

/** What is known about a command word, in lower case and without path or extension. */
export function toolNamed(name: string, shell: ShellName): Tool | undefined {
  if (shell === 'powershell') return cmdlets.get(name) ?? cmdletByVerb(name) ?? tools.get(name);
  return tools.get(name);
}
